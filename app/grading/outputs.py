"""Turn what a kernel sends into a cell's outputs, as nbclient does, taking nothing on trust."""

from __future__ import annotations

from typing import Any

from nbformat.notebooknode import NotebookNode, from_dict

MAX_OUTPUTS = 500


def _bundle(value: Any) -> dict[str, Any]:
    """A mime bundle whose text is text; what is not is left out."""
    if not isinstance(value, dict):
        return {}
    kept: dict[str, Any] = {}
    for kind, data in value.items():
        if isinstance(data, list) and all(isinstance(line, str) for line in data):
            data = "".join(data)
        if isinstance(data, str) or (kind.endswith("json") and isinstance(data, (dict, list, int, float, bool))):
            kept[str(kind)] = data
    return kept


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def output_of(kind: str, content: dict[str, Any]) -> NotebookNode | None:
    """One output of nbformat 4, or None for a message that is none."""
    if kind == "stream":
        name = "stderr" if content.get("name") == "stderr" else "stdout"
        value: dict[str, Any] = {
            "output_type": "stream",
            "name": name,
            "text": _text(content.get("text", "")),
        }
    elif kind in ("display_data", "execute_result"):
        metadata = content.get("metadata")
        value = {
            "output_type": kind,
            "data": _bundle(content.get("data")),
            "metadata": metadata if isinstance(metadata, dict) else {},
        }
        if kind == "execute_result":
            count = content.get("execution_count")
            value["execution_count"] = count if isinstance(count, int) else None
    elif kind == "error":
        lines = content.get("traceback")
        value = {
            "output_type": "error",
            "ename": _text(content.get("ename", "")),
            "evalue": _text(content.get("evalue", "")),
            "traceback": [_text(line) for line in lines] if isinstance(lines, list) else [],
        }
    else:
        return None
    node: NotebookNode = from_dict(value)
    return node


class Outputs:
    """The outputs of a whole notebook while it runs: knows displays that are updated later."""

    def __init__(self) -> None:
        self._displays: dict[str, list[NotebookNode]] = {}

    def fill(self, cell: NotebookNode, messages: list[dict[str, Any]]) -> None:
        """Put the outputs that the messages make into the cell; streams that follow each other become one."""
        clear_later = False
        outputs: list[NotebookNode] = cell.outputs
        for message in messages:
            kind, content = message["type"], message["content"]
            if kind == "clear_output":
                clear_later = bool(content.get("wait"))
                if not clear_later:
                    outputs.clear()
                continue
            transient = content.get("transient")
            display_id = transient.get("display_id") if isinstance(transient, dict) else None
            output = output_of("display_data" if kind == "update_display_data" else kind, content)
            if output is None:
                continue
            if isinstance(display_id, str) and kind != "error":
                for shown in self._displays.get(display_id, []):
                    shown["data"], shown["metadata"] = output.data, output.metadata
            if kind == "update_display_data":
                continue
            if clear_later:
                outputs.clear()
                clear_later = False
            if isinstance(display_id, str):
                self._displays.setdefault(display_id, []).append(output)
            last = outputs[-1] if outputs else None
            if kind == "stream" and last is not None and last.output_type == "stream" and last.name == output.name:
                last["text"] += output.text
            elif len(outputs) < MAX_OUTPUTS:
                outputs.append(output)

    @staticmethod
    def add_error(cell: NotebookNode, reply: dict[str, Any]) -> None:
        """Note an error that the kernel replied with but did not show, as nbgrader's Execute does."""
        name = _text(reply.get("ename", ""))
        if any(out.output_type == "error" and out.ename == name for out in cell.outputs):
            return
        lines = reply.get("traceback")
        traceback = [_text(line) for line in lines] if isinstance(lines, list) and lines else []
        cell.outputs.append(
            from_dict(
                {
                    "output_type": "error",
                    "ename": name,
                    "evalue": _text(reply.get("evalue", "")),
                    "traceback": traceback or ["ERROR: An error occurred while showtraceback was disabled"],
                }
            )
        )


def timeout_reply(
    message: str = "No reply from kernel before timeout",
) -> dict[str, Any]:
    """The error that nbgrader gives to a cell that was stopped."""
    return {
        "status": "error",
        "ename": "CellTimeoutError",
        "evalue": "",
        "traceback": [f"\x1b[0;31mCellTimeoutError\x1b[0m: {message}"],
    }
