//! The closed lists a relative may choose from: what they would like to do, and the smaller questions on the way.
//! Must not know: the words shown for each answer (those are wording, by language), or what happens afterwards.

/// A form sent a value that is not on the list; only a hand-made request can do that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that answer is not one of those offered; choose one from the list")]
pub struct NotOffered;

/// One closed list of answers: what is stored and sent in a form is the text beside each.
macro_rules! answers {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $answer:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$about])* $answer,)+ }

        impl $name {
            /// Every answer, in the order in which it is offered.
            pub const ALL: &'static [Self] = &[$(Self::$answer,)+];

            /// The text that forms and storage carry.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$answer => $text,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotOffered;
            fn from_str(text: &str) -> Result<Self, NotOffered> {
                match text { $($text => Ok(Self::$answer),)+ _ => Err(NotOffered) }
            }
        }
    };
}

answers! {
    /// What a relative would like to do after reading. All six weigh the same; none is an end state.
    Choice {
        Appointment = "appointment",
        Think = "think",
        NotKnow = "not_know",
        AlreadyTested = "already_tested",
        Question = "question",
        NotMe = "not_me",
    }
}

answers! {
    /// Whose letter this is, asked before anything of it is shown.
    ForYou {
        Yes = "yes",
        NotMe = "not_me",
        Carer = "carer",
        Died = "died",
    }
}

answers! {
    /// Whether to read at all.
    Reading {
        Now = "now",
        Later = "later",
        /// The right not to know; leads to the answer `Choice::NotKnow`.
        RatherNot = "rather_not",
    }
}

answers! {
    /// How a relative would like to talk to the service.
    Meeting {
        Phone = "phone",
        Video = "video",
        FaceToFace = "face_to_face",
    }
}

answers! {
    /// When, if ever, to remind someone who is thinking. `Never` is what we take silence to mean.
    Reminder {
        Never = "none",
        OneMonth = "1",
        ThreeMonths = "3",
        SixMonths = "6",
    }
}

answers! {
    /// What may be added to an answer, a page each.
    Section {
        Gp = "gp",
        Others = "others",
        Contact = "contact",
    }
}

answers! {
    /// How somebody is related to the relative who tells of them.
    Relation {
        Child = "child",
        Parent = "parent",
        Sibling = "sibling",
        Grandchild = "grandchild",
        Grandparent = "grandparent",
        AuntOrUncle = "aunt_or_uncle",
        NieceOrNephew = "niece_or_nephew",
        Cousin = "cousin",
        Other = "other",
    }
}

answers! {
    /// How a relative would like to hear that something waits for them.
    Notify {
        Post = "post",
        Email = "email",
        Text = "text",
        Phone = "phone",
    }
}

answers! {
    /// What a relative may ask about their own details.
    WishKind {
        Correct = "correct",
        Reach = "reach",
        /// Who else might want to know.
        Others = "others",
        Copy = "copy",
        Delete = "delete",
    }
}

answers! {
    /// What somebody who acts for another has come for.
    ActingFor {
        /// They were given a second code.
        SecondCode = "second_code",
        Ask = "ask",
    }
}

answers! {
    /// What became of what was asked.
    WishEnd {
        Done = "done",
        /// Told in person: by phone, or face to face.
        Told = "told",
        /// The service must keep it, or could not be sure who asked; somebody explains.
        NotDone = "not_done",
    }
}

answers! {
    /// How something was sent.
    SentBy {
        Paper = "paper",
        Email = "email",
        Text = "text",
        Hand = "hand",
    }
}

answers! {
    /// Where another service stands to whom a letter about whoever reads went.
    Handed {
        /// It has left, and nobody there has answered.
        Sent = "sent",
        HasThem = "has_them",
        Declined = "declined",
        TakenBack = "taken_back",
        Ended = "ended",
    }
}

answers! {
    /// As what somebody says they act for another. That they are close to them is not among these.
    ActingAs {
        Parent = "parent",
        Attorney = "attorney",
        Helper = "helper",
    }
}

impl Reminder {
    /// Calendar months until the reminder; `None` if there shall be none.
    pub fn months(self) -> Option<u8> {
        match self {
            Self::Never => None,
            Self::OneMonth => Some(1),
            Self::ThreeMonths => Some(3),
            Self::SixMonths => Some(6),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_can_be_read_again() {
        for choice in Choice::ALL {
            assert_eq!(choice.as_str().parse(), Ok(*choice));
        }
        for reminder in Reminder::ALL {
            assert_eq!(reminder.as_str().parse(), Ok(*reminder));
        }
    }

    #[test]
    fn an_answer_that_was_never_offered_is_refused() {
        for text in ["", "Appointment", "appointment ", "died", "7"] {
            assert_eq!(text.parse::<Choice>(), Err(NotOffered), "{text:?}");
        }
    }

    #[test]
    fn a_reminder_is_a_number_of_months_or_nothing() {
        let months: Vec<_> = Reminder::ALL.iter().map(|reminder| reminder.months()).collect();
        assert_eq!(months, [None, Some(1), Some(3), Some(6)]);
    }
}
