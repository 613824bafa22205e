//! How our own types stand in a text column, on either database, through one body.
//! Must not know: which types those are.

/// Stores a type that has `as_str` and `FromStr` as text, in a column of its own or inside what is sealed. A stored text
/// that no longer parses is an error, never a guess.
macro_rules! text_column {
    ($name:ty) => {
        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, DB>>::to_sql(self.as_str(), out)
            }
        }
        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let text =
                    <String as diesel::deserialize::FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
                text.parse().map_err(|_| concat!("a stored ", stringify!($name), " does not parse").into())
            }
        }
        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> std::result::Result<(), minicbor::encode::Error<W::Error>> {
                e.str(self.as_str())?.ok()
            }
        }
        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> std::result::Result<Self, minicbor::decode::Error> {
                d.str()?.parse().map_err(|_| minicbor::decode::Error::message("a stored word does not parse"))
            }
        }
    };
}
pub(crate) use text_column;

/// A closed list of words that is stored as text: `as_str`, `FromStr`, `ALL`, serde and both databases from one table.
macro_rules! closed {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::deserialize::FromSqlRow, diesel::expression::AsExpression)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        $vis enum $name { $($(#[$vdoc])* $variant),* }

        #[allow(dead_code, reason = "every closed list offers the same four ways in and out")]
        impl $name {
            $vis const ALL: &'static [$name] = &[$($name::$variant),*];
            $vis const fn as_str(&self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = crate::ids::BadId;
            fn from_str(text: &str) -> std::result::Result<Self, crate::ids::BadId> {
                match text { $($text => Ok($name::$variant),)* _ => Err(crate::ids::BadId) }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> { s.serialize_str(self.as_str()) }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(|_| serde::de::Error::custom(
                    format!("expected one of {}", [$($text),*].join(", "))))
            }
        }
        crate::db::text_column!($name);
    };
}
pub(crate) use closed;

/// Instants and days inside what is sealed: as text, the way they are shown.
macro_rules! encoded_as_shown {
    ($name:ty, $parse:expr) => {
        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.str(&self.to_string())?.ok()
            }
        }
        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                $parse(d.str()?)
                    .ok_or_else(|| minicbor::decode::Error::message("a stored time does not parse"))
            }
        }
    };
}
encoded_as_shown!(super::UtcDate, |text: &str| text.parse().ok());
encoded_as_shown!(super::UtcTime, |text: &str| {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3fZ").ok().map(super::UtcTime::from_utc)
});
