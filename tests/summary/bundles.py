"""Finds its way in a FHIR bundle."""

import json
from decimal import Decimal

from summary.export import records
from summary.export.fhir.bundle import as_fhir
from summary.export.fhir.parts import system


def bundle(patient, *days):
    return json.loads(as_fhir(records(patient, *days)))


def of(found, kind):
    return [e["resource"] for e in found["entry"] if e["resource"]["resourceType"] == kind]


def extension(resource, name):
    wanted = system(f"extension {name}")
    return [e for e in resource.get("extension", []) if e["url"] == wanted]


def said(resource, name, key="valueString"):
    return next((e[key] for e in extension(resource, name)), "")


def item(response, link):
    return next((i for i in response["item"] if i["linkId"] == link), None)


def answer(response, link, key):
    return item(response, link)["answer"][0][key]


def observations(found):
    """Readings and symptoms; not what the pump did, nor the gaps."""
    return [o for o in of(found, "Observation") if "derivedFrom" in o]


def own_code(concept, name):
    return next((c["code"] for c in concept["coding"] if c["system"] == system(name)), "")


def value_of(one):
    if "valueQuantity" not in one:
        return own_code(one["valueCodeableConcept"], "answer")
    value, unit = one["valueQuantity"]["value"], one["valueQuantity"]["code"]
    return f"{Decimal(str(value)).normalize():f} {'C' if unit == 'Cel' else 'F'}"
