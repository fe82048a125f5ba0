"""Exports reports that are not stored."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from tram_ext.domain.identifiers import derived_report_uuid
from tram_ext.domain.reports import SENTENCE_CONTENT, Mapping, NewReport, NewSentence, Report, Sentence
from tram_ext.exports import ExportBundle, ReviewedReport, render
from tram_ext.exports.tram_json import render_new


def render_unsaved(report: NewReport, format_name: str, around: ExportBundle, dated: datetime) -> bytes:
    """Export a report that is not stored.

    Parameters
    ----------
    around : ExportBundle
        The ATT&CK that formats refer to; without reports.
    dated : datetime
        For formats that cannot be without a date; TRAM's JSON has one where `report` has.
    """
    names = {attack_id: item.name for attack_id, item in around.objects.items()}
    if format_name == "json":
        return json.dumps(render_new(report, names), ensure_ascii=False, indent=4).encode()
    whole = Report(
        id=0,
        name=report.name,
        text=report.text,
        ml_model=report.ml_model,
        created_by=None,
        created_on=dated,
        updated_on=dated,
        uuid=report.uuid or derived_report_uuid(report.name, dated),
        reviewing_sentences=len(report.sentences),
        total_sentences=len(report.sentences),
    )
    sentences = tuple(_sentence(number, item, names) for number, item in enumerate(report.sentences, start=1))
    return render(format_name, replace(around, reports=(ReviewedReport(whole, sentences, report.blocks),))).content


def _sentence(number: int, sentence: NewSentence, names: dict[str, str]) -> Sentence:
    mappings = tuple(
        Mapping(place, 0, number, names.get(item.attack_id, item.attack_id), item)
        for place, item in enumerate(sentence.mappings, start=1)
    )
    return Sentence(
        **{name: getattr(sentence, name) for name in SENTENCE_CONTENT.names}, id=number, report_id=0, mappings=mappings
    )
