//! Names as the HGVS nomenclature writes them, and names that it does not allow, each with the letter where it goes wrong.
use super::*;

const VALID: &[&str] = &[
    "NM_000059.4:c.5946del",
    "NM_000059.4(BRCA2):c.5946del",
    "NM_000059.4:c.5946delT",
    "NM_003482.3:c.7900_7901delCA",
    "NM_000249.4:c.1852_1854del",
    "NM_000527.5:c.681C>G",
    "NM_000256.3:c.2373dup",
    "NM_000059.4:c.68-7T>A",
    "NM_000059.4:c.-39-1_-39del",
    "NC_000013.11(NM_000059.4):c.8487+3A>G",
    "NM_004006.3:c.(6438+1_6439-1)_(7309+1_7310-1)del",
    "NM_004006.3:c.(?_-245)_(31+1_32-1)dup",
    "NM_000059.4:c.*110A>C",
    "NM_000059.4:c.-1_1insA",
    "NM_000059.4:c.76_77insT",
    "NM_000059.4:c.93_93+1insT",
    "NM_000059.4:c.100+50_101-50insTT",
    "NM_000059.4:c.76_77insN[12]",
    "NM_000059.4:c.76_77ins[GCA;23_40inv]",
    "NM_000059.4:c.76_78delinsTT",
    "NM_000059.4:c.76_78inv",
    "NM_000044.3:c.171GCA[34]",
    "NM_002024.5:c.-128_-126[79]",
    "NM_000492.4:c.1210-34TG[11]T[5]",
    "NM_002024.5:c.-129CGG[(600_800)]",
    "NM_000059.4:c.123=",
    "NM_000059.4:c.=",
    "NM_022787.3(NMNAT1):c.[53A>G];[769G>A]",
    "NM_022787.3:c.[53A>G;769G>A]",
    "NM_022787.3:c.53A>G(;)769G>A",
    "NC_000003.11:g.128625063C>T",
    "NC_000023.11:g.(31060227_31100351)_(33274278_33417151)dup",
    "NG_012232.1:g.954966C>T",
    "NC_012920.1:m.3243A>G",
    "NC_012920.1:m.16563_13del",
    "NR_002196.2:n.601G>T",
    "NM_000059.4:r.76a>u",
    "NM_000059.4:r.(76a>u)",
    "NM_000059.4:r.spl",
    "LRG_293t1:c.5946del",
    "ENST00000380152.8:c.5946del",
    "NP_000050.3:p.(Ser1982Argfs*22)",
    "NP_000050.3:p.Ser1982ArgfsTer22",
    "NP_000050.3:p.S1982Rfs*22",
    "NP_000050.3:p.Ser1982fs",
    "NP_054768.2:p.Arg417Cys",
    "NP_000068.1:p.Ala4_Pro11del",
    "NP_000068.1:p.(Lys23_Val25delinsTer)",
    "NP_000068.1:p.His4_Gln5insAlaCys",
    "NP_000068.1:p.Trp24Ter",
    "NP_000068.1:p.W24*",
    "NP_000068.1:p.Cys188=",
    "NP_000068.1:p.Met1?",
    "NP_000068.1:p.Met1ext-5",
    "NP_000068.1:p.Ter110GlnextTer17",
    "NP_000068.1:p.Gln18[23]",
    "NP_000068.1:p.[(Ser68Arg)];[(Asn594del)]",
    "NP_000068.1:p.?",
    "NP_000068.1:p.0",
    "NP_000068.1:p.(=)",
];

/// Each with the character (from 1) where it goes wrong and a word of the reason.
const INVALID: &[(&str, usize, &str)] = &[
    ("", 1, "no name"),
    ("c.5946del", 1, "missing"),
    ("NM_000059.4", 1, "missing"),
    ("NM_000059:c.5946del", 10, "version"),
    ("NM_000059.:c.5946del", 11, "version"),
    ("NM_000059.0:c.5946del", 11, "zero"),
    ("NM_59.4:c.5946del", 6, "digits"),
    ("BRCA2:c.5946del", 1, "known"),
    ("NM_000059.4:\u{441}.5946del", 13, "Cyrillic"),
    ("NM_000059.4:c.68\u{2013}7T>A", 17, "dash"),
    ("NM_000059.4:c.5946 del", 19, "spaces"),
    ("NM_000059.4:c.5946d\u{e9}l", 20, "plain"),
    ("NM_000059.4:5946del", 13, "colon"),
    ("NM_000059.4:C.5946del", 13, "colon"),
    ("NM_000059.4.c.5946del", 1, "missing"),
    ("NM_000059.4:c5946del", 13, "colon"),
    ("NC_000013.11:c.5946del", 14, "coding transcript"),
    ("NM_000059.4:g.5946del", 13, "genomic"),
    ("NM_000059.4:p.Ser1982Arg", 13, "protein"),
    ("NR_002196.2:c.601G>T", 13, "coding transcript"),
    ("NM_000059.4(NM_000060.4):c.5946del", 13, "behind"),
    ("NM_000059.4(BRCA2:c.5946del", 18, "closed"),
    ("NM_000059.4:c.", 15, "position"),
    ("NM_000059.4:c.5946", 19, "what changed"),
    ("NM_000059.4:c.0A>G", 15, "zero"),
    ("NM_000059.4:c.076A>G", 15, "zero"),
    ("NM_000059.4:c.78_76del", 15, "reversed"),
    ("NM_000059.4:c.101-5_100+5del", 15, "reversed"),
    ("NM_000059.4:c.*3_76del", 15, "reversed"),
    ("NM_000059.4:c.-3_-9del", 15, "reversed"),
    ("NM_000059.4:c.76_76del", 15, "one position"),
    ("NC_000013.11:g.32340301_32340299del", 16, "reversed"),
    ("NC_000013.11:g.100+1A>G", 19, "introns"),
    ("NC_000013.11:g.-5A>G", 16, "position"),
    ("NM_000059.4:c.68-0T>A", 18, "zero"),
    ("NM_000059.4:c.68-T>A", 18, "intron"),
    ("NM_000059.4:c.76A>A", 19, "="),
    ("NM_000059.4:c.76A>", 19, "base"),
    ("NM_000059.4:c.76AC>GT", 17, "delins"),
    ("NM_000059.4:c.76A>GT", 20, "delins"),
    ("NM_000059.4:c.76_77A>G", 20, "delins"),
    ("NM_000059.4:c.76a>g", 17, "capitals"),
    ("NM_000059.4:c.76A>U", 19, "base"),
    ("NM_000059.4:c.76insT", 17, "two neighbours"),
    ("NM_000059.4:c.76_79insT", 20, "two neighbours"),
    ("NM_000059.4:c.76_77ins", 23, "inserted"),
    ("NM_000059.4:c.76_78delCA", 23, "as many"),
    ("NM_000059.4:c.76delA7", 21, "end here"),
    ("NM_000059.4:c.76_78del3", 23, "end here"),
    ("NM_000059.4:c.76inv", 17, "range"),
    ("NM_000059.4:c.76_78con5", 20, "what changed"),
    ("NM_000059.4:c.52CAG[", 21, "count"),
    ("NM_000059.4:c.52CAG[28", 23, "closed"),
    ("NM_000059.4:c.(7309+1_6439-1)_(7310_7400)del", 16, "reversed"),
    ("NM_000059.4:c.76A>G;", 20, "end here"),
    ("NM_000059.4:c.[76A>G", 21, "closed"),
    ("NC_012920.1:m.16570A>G", 15, "16,569"),
    ("NM_000059.4:r.76A>U", 17, "small"),
    ("NP_000050.3:p.(Ser1982Argfs*22", 31, "closed"),
    ("NP_000050.3:p.ser1982Arg", 15, "amino acid"),
    ("NP_000050.3:p.Sor1982Arg", 15, "amino acid"),
    ("NP_000050.3:p.Arg97X", 20, "Ter"),
    ("NP_000050.3:p.Arg97Arg", 20, "="),
    ("NP_000050.3:p.Arg97W", 20, "three"),
    ("NP_000050.3:p.Arg", 18, "position"),
    ("NP_000050.3:p.Arg97", 20, "what changed"),
    ("NP_000050.3:p.Val25_Lys23del", 15, "reversed"),
    ("NP_000050.3:p.His4_Gln7insAla", 24, "two neighbours"),
    ("NP_000050.3:p.Lys23_Val25Ala", 26, "delins"),
    ("NP_000050.3:p.Arg97Profs*1", 26, "one"),
    ("NP_000050.3:p.Arg97ProfsX23", 25, "Ter"),
    ("NM_000059.4:c.99999999999A>G", 15, "too large"),
];

#[test]
fn names_that_are_written_correctly_are_valid() {
    for name in VALID {
        assert_eq!(check(name), Ok(()), "{name}");
    }
}

#[test]
fn a_wrong_name_is_refused_at_the_right_letter_with_the_reason() {
    let wrongly_judged: Vec<String> = INVALID
        .iter()
        .filter_map(|(name, position, word)| {
            let problem = check(name).err();
            let right = problem.as_ref().is_some_and(|p| p.position == *position && p.problem.contains(word));
            (!right).then(|| format!("{name}: wanted {position} ({word}), told {problem:?}"))
        })
        .collect();
    assert!(wrongly_judged.is_empty(), "{wrongly_judged:#?}");
}

#[test]
fn a_name_without_end_is_refused() {
    assert_eq!(check(&"A".repeat(2_000_000)).expect_err("long").position, LONGEST + 1);
}

/// From the examples and rules of the HGVS nomenclature, version 21.1 (hgvs-nomenclature.org, "Recommendations"): page,
/// then names that it allows.
const BY_PAGE: &[(&str, &[&str])] = &[
    (
        "DNA: substitution",
        &[
            "NC_000023.10:g.33038255C>A",
            "NG_012232.1(NM_004006.2):c.93+1G>T",
            "LRG_199t1:c.54G>H",
            "NM_004006.2:c.123=",
            "LRG_199t1:c.85=/T>C",
            "NM_004006.2:c.85=//T>C",
            "NC_000023.10:g.(33038277_33038278)C>T",
            "NR_002196.1:n.601G>T",
            "NM_004006.2:c.-14G>C",
            "NM_004006.2:c.*46T>A",
            "NM_004006.2:c.88+2T>G",
            "NM_004006.2:c.89-2A>C",
            "NM_004006.2:c.*37+3A>G",
            "NM_004006.2:c.-85+1G>A",
            "ENST00000357033.8:c.54G>T",
        ],
    ),
    (
        "DNA: deletion",
        &[
            "NC_000001.11:g.1234del",
            "NC_000001.11:g.1234_2345del",
            "NG_012232.1:g.19del",
            "NM_004006.2:c.183_186+48del",
            "NG_012232.1(NM_004006.2):c.4072-1234_5155-246del",
            "NM_004006.2:c.(4071+1_4072-1)_(5154+1_5155-1)del",
            "NC_000023.11:g.(?_31120496)_(33339477_?)del",
            "NC_000023.11:g.(31060227_31100351)_(33274278_33417151)del",
            "NM_000059.4:c.(?_-1)_(*1_?)del",
        ],
    ),
    (
        "DNA: duplication",
        &[
            "NC_000001.11:g.1234dup",
            "NM_004006.2:c.20_23dup",
            "NM_004006.2:c.260_264+48dup",
            "NM_004006.2:c.(4071+1_4072-1)_(5154+1_5155-1)dup",
        ],
    ),
    (
        "DNA: insertion",
        &[
            "NC_000001.11:g.1234_1235insACGT",
            "NM_004006.2:c.849_850ins858_895",
            "NM_004006.2:c.940_941ins[885_940inv;A;851_883inv]",
            "NC_000002.11:g.47643464_47643465ins[NC_000022.10:g.35788169_35788352]",
            "NC_000023.10:g.32717298_32717299insN[100]",
            "NC_000023.10:g.32717298_32717299insN[(80_120)]",
            "NM_004006.2:c.761_762insN",
        ],
    ),
    (
        "DNA: deletion-insertion and inversion",
        &[
            "NC_000023.11:g.32386323delinsGA",
            "NM_004006.2:c.6775_6777delinsC",
            "LRG_199t1:c.79_80delinsTT",
            "NC_000002.12:g.2_5delins[NG_012232.1:g.10_20]",
            "NC_000023.10:g.32361330_32361333inv",
        ],
    ),
    (
        "DNA: alleles and repeats",
        &[
            "NC_000001.11:g.[123G>A;345del]",
            "NM_004006.2:c.[2376G>C];[3103del]",
            "NM_004006.2:c.2376G>C(;)3103del",
            "NM_004006.2:c.[2376G>C];[?]",
            "NM_004006.2:c.[2376G>C];[2376=]",
            "NC_000014.8:g.101179660_101179695TG[14]",
            "NM_023035.2:c.6955_6993CAG[26]",
        ],
    ),
    (
        "Reference sequence types",
        &[
            "NC_012920.1:m.3243A>G",
            "LRG_199:g.100A>G",
            "LRG_199p1:p.(Val25Gly)",
            "ENSP00000354923.3:p.(Val25Gly)",
        ],
    ),
    (
        "Protein: substitution",
        &[
            "NP_003997.1:p.Trp24Cys",
            "NP_003997.1:p.(Trp24Cys)",
            "NP_003997.1:p.Trp24Ter",
            "NP_003997.1:p.W24*",
            "NP_003997.1:p.Cys188=",
            "NP_003997.1:p.0",
            "NP_003997.1:p.0?",
            "NP_003997.1:p.?",
            "NP_003997.1:p.=",
            "NP_003997.1:p.(=)",
            "NP_003997.1:p.(Met1?)",
            "NP_003997.1:p.(Gly56Ala^Ser^Cys)",
        ],
    ),
    (
        "Protein: deletion, duplication, insertion, deletion-insertion",
        &[
            "NP_003997.2:p.Val7del",
            "NP_003997.1:p.Lys23_Val25del",
            "NP_003997.1:p.Val7dup",
            "NP_003997.1:p.(Pro458_Gly460dup)",
            "NP_003997.1:p.Lys2_Gly3insGlnSerLys",
            "NP_003997.1:p.(Met3_His4insGlyTer)",
            "NP_003997.1:p.Arg78_Gly79ins23",
            "NP_060250.2:p.Gln746_Lys747ins*63",
            "NP_003997.1:p.(Val582_Asn583insXaa[5])",
            "NP_003997.1:p.Cys28delinsTrpVal",
            "NP_003997.1:p.(Glu125_Ala132delinsGlyLeuHisArgPheIleValLeu)",
        ],
    ),
    (
        "Protein: frameshift and extension",
        &[
            "NP_003997.1:p.Arg97ProfsTer23",
            "NP_003997.1:p.Arg97fs",
            "NP_003997.1:p.(Tyr4*)",
            "NP_003997.1:p.Ile327Argfs*?",
            "NP_003997.1:p.Met1ext-5",
            "NP_003997.2:p.Ter110GlnextTer17",
            "NP_003997.2:p.*110Glnext*17",
            "NP_003997.2:p.(Ter315TyrextAsnLysGlyThrTer)",
            "NP_003997.2:p.Ter327Argext*?",
        ],
    ),
    (
        "Protein: alleles",
        &[
            "NP_003997.1:p.[Ser68Arg;Asn594del]",
            "NP_003997.1:p.[(Ser68Arg;Asn594del)]",
            "NP_003997.1:p.[Ser68Arg];[Ser68Arg]",
            "NP_003997.1:p.(Ser73Arg)(;)(Asn103del)",
        ],
    ),
];

/// The same rules broken, one at a time.
const BROKEN: &[(&str, usize, &str)] = &[
    ("NM_004006:c.20_23dup", 10, "version"),
    ("NC_000023:g.33038255C>A", 10, "version"),
    ("NR_002196:n.601G>T", 10, "version"),
    ("ENST00000357033:c.54G>T", 16, "version"),
    ("NP_003997:p.Trp24Cys", 10, "version"),
    ("NM_004006.2:c.23_20dup", 15, "reversed"),
    ("NM_004006.2:c.6777_6775delinsC", 15, "reversed"),
    ("NC_000023.10:g.32361333_32361330inv", 16, "reversed"),
    ("NC_000023.11:g.(33274278_31060227)_(33417151_33417160)del", 17, "reversed"),
    ("NM_004006.2:c.849_850ins895_858", 25, "reversed"),
    ("NP_003997.1:p.Val25_Lys23del", 15, "reversed"),
    ("NM_004006.2:\u{441}.20_23dup", 13, "Cyrillic"),
    ("NM_004006.2:c.93+1G>\u{422}", 21, "Cyrillic"),
    ("\u{39d}M_004006.2:c.93+1G>T", 1, "Greek"),
    ("NM_004006.2:c.89\u{2212}2A>C", 17, "dash"),
    ("NM_004006.2:c.20_23dup17", 23, "end here"),
    ("NM_004006.2:c.20_24insT", 20, "two neighbours"),
    ("NC_000002.11:g.10_11ins[NC_000022:g.20_30]", 34, "version"),
    ("NC_000002.11:g.10_11ins[NP_003997.1:p.20_30]", 39, "protein"),
    ("NR_002196.1:n.-5C>T", 15, "position"),
    ("NR_002196.1:n.*5C>T", 15, "position"),
    ("NM_004006.2:n.5c>t", 16, "capitals"),
    ("NC_012920.1:m.3243+1A>G", 19, "introns"),
    ("LRG_199:c.54G>H", 9, "coding transcript"),
    ("LRG_199t1.1:c.54G>H", 10, "colon"),
    ("NP_003997.1:p.Trp24Stp", 20, "amino acid"),
    ("NP_003997.1:p.(Trp24Cys", 24, "closed"),
    ("NP_003997.1:p.Ter110Glnext", 27, "extended"),
    ("NP_003997.1:p.Ter110GlnextAsnLys", 27, "extended"),
    ("NP_003997.1:p.Arg97ProfsX23", 25, "Ter"),
];

#[test]
fn every_form_of_the_nomenclature_is_valid() {
    let refused: Vec<String> = BY_PAGE
        .iter()
        .flat_map(|(page, names)| names.iter().map(move |name| (page, name)))
        .filter_map(|(page, name)| check(name).err().map(|problem| format!("{page}: {name}: {problem}")))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn every_broken_form_is_refused_at_its_letter() {
    let wrong: Vec<String> = BROKEN
        .iter()
        .filter_map(|(name, position, word)| {
            let problem = check(name).err();
            let right = problem.as_ref().is_some_and(|p| p.position == *position && p.problem.contains(word));
            (!right).then(|| format!("{name}: wanted {position} ({word}), told {problem:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_protein_behind_a_coding_name_needs_no_reference_of_its_own() {
    assert_eq!(check_protein("p.(Ser1982Argfs*22)"), Ok(()));
    assert_eq!(check_protein("NP_000050.3:p.(Ser1982Argfs*22)"), Ok(()));
    assert_eq!(check_protein("p.(Ser1982Argfs*22").expect_err("open").position, 19);
    assert_eq!(check_protein("NP_000050:p.?").expect_err("no version").position, 10);
    assert!(check_protein("Ser1982Arg").is_err() && check_protein("").is_err());
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_stumble(name in ".{0,60}", at in 0usize..40, letter in proptest::char::any()) {
        let _ = check(&name);
        for valid in VALID {
            let changed: String = valid.chars().enumerate().map(|(n, c)| if n == at { letter } else { c }).collect();
            let _ = check(&changed);
        }
    }
}
