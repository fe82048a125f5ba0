"""The matrix widget: a heat map of techniques by tactic, with their sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from tram_ext.domain.errors import Invalid
from tram_ext.widgets.assets import asset
from tram_ext.widgets.attack import AttackSource, CountedReports
from tram_ext.widgets.dispatcher import Dispatcher
from tram_ext.widgets.fallback import StaticSummary, Summary
from tram_ext.widgets.following import LogFollower
from tram_ext.widgets.layers import LayerTechniques, counted_layer, read_layer
from tram_ext.widgets.review import BOOT
from tram_ext.widgets.workbenches import existing_report, workbench_of
from tram_ext.workbenches import rows

if TYPE_CHECKING:
    import pandas as pd

    from tram_ext.workbenches.workbench import Workbench

_DOMAIN: Final = "enterprise-attack"


class TechniqueMatrix(StaticSummary, anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no type information for mypy
    """Shows the techniques of reports on the ATT&CK matrix.

    Hover or focus shows the evidence, a click chooses a technique; the buttons export the picture (SVG, PNG) or a
    layer for the ATT&CK Navigator. It follows the reviews of its reports.

    Parameters
    ----------
    reports : int, row, DataFrame or list of these, optional
        Reports; by default all.
    workbench : Workbench, optional
        By default the server's that started this kernel, or one in this process.
    layer : mapping, str or path, optional
        A Navigator layer that is shown instead, as an object, as JSON, or as a file.

    Attributes
    ----------
    selected : str
        The id of the technique that was chosen, or empty; observe it to filter by it.
    counts : DataFrame
        What is shown, a row a technique.

    Raises
    ------
    NotFound
        There is no such report.
    Invalid
        No report is named, or the layer is none.
    """

    _esm = asset("matrix.js")
    _css = asset("matrix.css")

    title = traitlets.Unicode(help="What is shown.").tag(sync=True)
    selected = traitlets.Unicode(help="The technique that was chosen.").tag(sync=True)

    def __init__(
        self,
        reports: Any = None,
        workbench: Workbench | None = None,
        *,
        layer: Mapping[str, Any] | str | Path | None = None,
        **kwargs: Any,
    ) -> None:
        self.workbench = workbench_of(workbench)
        if reports is not None and layer is not None:
            raise Invalid("Show reports or a layer, not both.")
        self._report_ids = None if reports is None else [one.id for one in rows.items(reports, rows.REPORT)]
        if self._report_ids == []:
            raise Invalid("No report is named. Without `reports`, all are shown.")
        self._layer = None if layer is None else read_layer(layer)
        self._source = self._make_source()
        super().__init__(title=self._headline(), **kwargs)
        alone = self._report_ids[0] if self._report_ids and len(self._report_ids) == 1 else None
        self._follower = LogFollower(self.workbench.connection, alone, self._tell)
        methods = {**self._source.methods(), "session": self._session, "layer": self._layer_file}
        self._dispatcher = Dispatcher(methods, self._tell)
        self.on_msg(lambda _widget, content, _buffers: self._dispatcher.receive(content))

    @property
    def counts(self) -> pd.DataFrame:
        """The current counts, one row per technique: ``attack_id``, ``name``, ``accepted``, ``proposed``, ``best``."""
        import pandas as pd

        columns = ["attack_id", "name", "accepted", "proposed", "best"]
        return pd.DataFrame(self._source.methods()["counts"](), columns=columns)

    def close(self) -> None:
        """Close the view."""
        if hasattr(self, "_dispatcher"):  # not where the constructor failed
            self._dispatcher.close()
            self._follower.close()
        super().close()

    def summary(self) -> Summary:
        """Return the static summary for places where widgets cannot run."""
        counts = self._source.methods()["counts"]()
        return Summary(
            lines=[f"{self.title}: {len(counts):,} techniques of ATT&CK"],
            columns=("Technique", "Name", "Accepted", "Awaiting review", "Best confidence"),
            rows=[
                (item["attack_id"], item["name"], str(item["accepted"]), str(item["proposed"]), f"{item['best']:.1f} %")
                for item in sorted(counts, key=lambda item: (-item["accepted"], -item["proposed"], item["attack_id"]))
            ],
        )

    def _make_source(self) -> AttackSource:
        connection = self.workbench.connection
        if self._layer is not None:
            return LayerTechniques(connection, self._layer)
        return CountedReports(connection, self._report_ids)

    def _headline(self) -> str:
        if self._layer is not None:
            return str(self._layer.get("name") or "ATT&CK Navigator layer")
        connection, ids = self.workbench.connection, self._report_ids
        if ids is None:
            return "All reports"
        names = [existing_report(connection, report_id)["name"] for report_id in ids[:2]]
        return names[0] if len(ids) == 1 else f"{', '.join(names)}{f' and {len(ids) - 2} more' if len(ids) > 2 else ''}"  # noqa: PLR2004 - those that are named

    def _session(self) -> dict[str, Any]:
        return {"boot": BOOT, "position": self._follower.listen()}

    def _layer_file(self) -> dict[str, str]:
        methods = self._source.methods()
        made = self._layer
        if made is None:
            made = counted_layer(self.title, methods["attack"](), _DOMAIN, methods["counts"]())
        return {"name": "navigator-layer.json", "type": "application/json", "text": json.dumps(made, indent=2)}

    def _tell(self, message: dict[str, Any]) -> None:
        if self.comm is not None:
            self.send(message)
