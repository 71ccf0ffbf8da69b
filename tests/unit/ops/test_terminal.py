"""What the supervisor's terminal makes of its processes' lines."""

import json

from ops.terminal import readable


class TestReadable:
    def test_a_log_line_is_its_level_and_message(self) -> None:
        assert readable(json.dumps({"level": "info", "message": "ready", "time": "now"})) == "info: ready"

    def test_an_error_names_its_causes(self) -> None:
        failure = {"type": "asyncpg.InsufficientPrivilegeError", "sqlstate": "42501", "at": ["a.py:1 f", "b.py:2 g"]}
        line = json.dumps({"level": "error", "message": "failed", "exceptions": [failure, {"type": "OSError"}]})
        expected = "error: failed; asyncpg.InsufficientPrivilegeError 42501 at b.py:2 g; OSError"
        assert readable(line) == expected

    def test_anything_else_is_left_as_it_is(self) -> None:
        for text in ("plain", "{not json", '{"a": 1}', '{"level": 1, "message": 2, "exceptions": [3]}', "[]", ""):
            assert readable(text) == text
