//! FHIR R4 family history: the proband as Patient, and a FamilyMemberHistory for each relative.
//! Must not know: the GA4GH Pedigree, which uses the same resources in another way.

pub(in crate::format) mod resource;
