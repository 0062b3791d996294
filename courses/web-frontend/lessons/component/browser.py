"""The browser of the course: runs your JavaScript in V8, the engine of a well-known browser.

run_js(code)                 run a program and print what it writes to the console
Script(code)                 run a program, then call its functions from Python
open_page(html, js)          a page with a DOM; then click, type and press keys like a person

The engine starts when you call one of these, and stops when the notebook ends. There is no network:
fetch() talks to a small server function that you give. Time is not real: it moves when you call wait().
"""

import json
from pathlib import Path

HERE = Path(__file__).parent
LONGEST = 8  # seconds of real time that one piece of JavaScript may run


class JavaScriptError(Exception):
    """JavaScript stopped with an error; the message says which, and in which line of your code."""


def _explain(error):
    text = str(error).strip()
    if "terminated by timeout" in text:
        return f"the program did not come to an end within {LONGEST} seconds; is there a loop that never ends?"
    first, *rest = text.splitlines()
    place, _, message = first.partition(": ")
    if not place.startswith("<"):
        return first
    line = place.rpartition(":")[2]
    for row in rest:  # the lines below name the place in your own code
        if row.strip().startswith("at ") and "<anonymous>:" in row:
            line = row.rpartition("<anonymous>:")[2].split(":")[0]
            break
    return f"{message} (line {line})"


def _unpack(value):
    if isinstance(value, list):
        return [_unpack(one) for one in value]
    if isinstance(value, dict):
        if value.get("$") == "undefined":
            return None
        if value.get("$") == "number":
            return int(value["v"]) if value["v"].lstrip("-").isdigit() else float(value["v"])
        if value.get("$") == "error":
            return value["v"]
        return {key: _unpack(one) for key, one in value.items()}
    return value


class Script:
    """A JavaScript program that has run; its functions can be called from Python."""

    _files = ("browser.js",)

    def __init__(self, code=""):
        from concurrent.futures import ThreadPoolExecutor

        from py_mini_racer import MiniRacer  # starts threads: only now, in the notebook's own process

        # A notebook cell runs inside an event loop, where the engine offers no time limit; its own thread has none.
        self._worker = ThreadPoolExecutor(1)
        self._engine = self._worker.submit(MiniRacer).result()
        for name in self._files:
            self._ask((HERE / name).read_text(encoding="utf-8") + "\n;0")
        self._prepare()
        self._run(code)

    def _prepare(self):
        pass

    def _run(self, code):
        self._ask(code + "\n;0")

    def _ask(self, expression):
        try:
            return self._worker.submit(self._engine.eval, expression, timeout_sec=LONGEST).result()
        except Exception as error:
            if type(error).__module__.startswith("py_mini_racer"):
                raise JavaScriptError(_explain(error)) from None
            raise

    def run(self, code):
        """Run more JavaScript in the same program."""
        self._run(code)

    def value(self, expression):
        """The value of a JavaScript expression, as a Python value. undefined and null are None.

        If it is a promise, time moves on until the promise is settled; a rejected one raises JavaScriptError.
        """
        self._run(
            "__course.result = null; Promise.resolve((" + expression + "\n)).then("
            "(value) => { __course.result = { value: __course.pack(value) }; },"
            "(error) => { __course.result = { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }; });"
        )
        for _ in range(10_000):
            if self._ask("__course.result !== null"):
                break
            if not self._ask("__course.runNextTimer(Infinity)"):
                raise JavaScriptError("the promise is never settled: nothing is left to wait for")
        failure = self._ask("__course.result?.error ?? ''")
        if failure:
            raise JavaScriptError(failure)
        return _unpack(json.loads(self._ask("__course.result.value")))

    def call(self, function, *arguments):
        """Call a JavaScript function with Python values (numbers, texts, lists, dictionaries, None)."""
        written = ", ".join(json.dumps(one) for one in arguments)
        return self.value(f"{function}({written})")

    def wait(self, milliseconds=0):
        """Let time pass: timers that are due run, in order."""
        until = self._ask("__course.now") + milliseconds
        for _ in range(10_000):
            if not self._ask(f"__course.runNextTimer({until})"):
                break
        self._ask(f"__course.now = {until}")

    @property
    def output(self):
        """The lines that the program wrote with console.log."""
        return json.loads(self._ask("JSON.stringify(__course.output)"))

    def close(self):
        """Stop the engine of this program."""
        self._worker.submit(self._engine.close).result()
        self._worker.shutdown()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def run_js(code):
    """Run a JavaScript program and print what it wrote; errors are printed too."""
    program = None
    try:
        program = Script("")
        try:
            program.run(code)
            program.wait(60_000)  # timers of up to a minute, without waiting in real time
        except JavaScriptError as error:
            program.run(f"console.log({json.dumps('Error: ' + str(error))})")
        for line in program.output:
            print(line)
    finally:
        if program is not None:
            program.close()


class Page(Script):
    """A page that is open in the browser of the course."""

    _files = ("browser.js", "dom.js")

    def __init__(self, html, js="", server=None):
        self._html = html
        self._server = server
        super().__init__(js)
        self.wait(0)

    def _prepare(self):
        import html5lib

        tree = html5lib.parse(self._html, namespaceHTMLElements=False)
        clean = html5lib.serialize(tree, omit_optional_tags=False, quote_attr_values="always", alphabetical_attributes=False)
        self._ask(f"__course.openPage({json.dumps('<!DOCTYPE html>' + clean)}); 0")
        if self._server:
            self._run(f"__course.server = ({self._server});")

    def _do(self, selector, action):
        found = self._ask(f"document.querySelector({json.dumps(selector)}) !== null")
        if not found:
            raise AssertionError(f"there is no element {selector} on the page")
        self._run(f"{{ const element = document.querySelector({json.dumps(selector)}); {action} }}")
        self.wait(0)

    def click(self, selector):
        """Click on an element, as a person does."""
        self._do(selector, "__course.person.click(element);")

    def type(self, selector, text):
        """Write a text into a field (what was there is replaced)."""
        self._do(selector, f"__course.person.type(element, {json.dumps(text)});")

    def press(self, selector, key):
        """Press a key on an element: "Enter", "Escape", "ArrowDown", " " …"""
        self._do(selector, f"__course.person.press(element, {json.dumps(key)});")

    def text(self, selector):
        """The text of the first element found, with single spaces; None if there is none."""
        return self.value(f"document.querySelector({json.dumps(selector)})?.textContent.replace(/\\s+/g, ' ').trim() ?? null")

    def texts(self, selector):
        """The texts of all elements found."""
        return self.value(f"[...document.querySelectorAll({json.dumps(selector)})].map((one) => one.textContent.replace(/\\s+/g, ' ').trim())")

    def count(self, selector):
        """How many such elements are on the page?"""
        return self.value(f"document.querySelectorAll({json.dumps(selector)}).length")

    def attribute(self, selector, name):
        """The value of an attribute of the first element found; None if there is none."""
        return self.value(f"document.querySelector({json.dumps(selector)})?.getAttribute({json.dumps(name)}) ?? null")

    def prop(self, selector, name):
        """A property of the first element found, for example value, checked, hidden, disabled."""
        return self.value(f"document.querySelector({json.dumps(selector)})?.[{json.dumps(name)}] ?? null")

    def focused(self, selector):
        """Does this element have the focus?"""
        return self.value(f"document.activeElement === document.querySelector({json.dumps(selector)})")

    @property
    def html(self):
        """The body of the page as it is now."""
        return self.value("document.body.innerHTML")

    @property
    def left(self):
        """Where the browser would have gone (a link, or a form that was sent the old way); None if it stayed."""
        return self.value("__course.left ?? null")

    @property
    def requests(self):
        """All requests that fetch() has sent: dictionaries with method, path, headers, body."""
        return self.value("__course.requests")


def open_page(html, js="", server=None):
    """Open a page and run the JavaScript on it. server is a JavaScript function: request => answer."""
    return Page(html, js, server)
