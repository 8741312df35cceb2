"""The diary in the words of FHIR R4. See ADR 0031 for what becomes what."""
