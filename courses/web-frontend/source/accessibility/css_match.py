"""Says which elements of a page a CSS selector chooses. The selectors are read with the parser of the package cssselect."""

from cssselect import parser
from cssselect.parser import SelectorError, parse_series

# These depend on what a person does or on the browser: the rules are valid, but nothing is in that state here.
NEVER = {
    "hover", "focus", "focus-visible", "focus-within", "active", "visited", "target", "invalid", "user-invalid", "valid",
    "placeholder-shown", "autofill", "open", "popover-open", "modal", "fullscreen",
}


def select(root, selector):
    """All elements inside of root (a page or an element) for this selector, in the order of the page."""
    choices = parser.parse(selector)
    return [element for element in root.find_all(True) if any(fits(element, choice) for choice in choices)]


def fits(element, choice):
    """Does this element fit a selector that was parsed?"""
    return choice.pseudo_element is None and _match(element, choice.parsed_tree)


def _parent(element):
    parent = element.parent
    return None if parent is None or parent.name == "[document]" else parent


def _brothers(element):
    return [one for one in element.parent.find_all(True, recursive=False)] if element.parent is not None else [element]


def _match(element, tree):
    kind = type(tree).__name__
    if kind == "Element":
        return tree.element is None or tree.element.lower() == element.name
    if kind == "Class":
        return _match(element, tree.selector) and tree.class_name in _classes(element)
    if kind == "Hash":
        return _match(element, tree.selector) and element.get("id") == tree.id
    if kind == "Attrib":
        return _match(element, tree.selector) and _attribute(element, tree)
    if kind == "Negation":
        return _match(element, tree.selector) and not _match(element, tree.subselector)
    if kind in ("Matching", "SpecificityAdjustment"):
        return _match(element, tree.selector) and any(_match(element, one) for one in tree.selector_list)
    if kind == "Relation":
        return _match(element, tree.selector) and _has(element, tree)
    if kind == "Pseudo":
        return _match(element, tree.selector) and _pseudo(element, tree.ident.lower())
    if kind == "Function":
        return _match(element, tree.selector) and _function(element, tree)
    if kind == "CombinedSelector":
        return _match(element, tree.subselector) and _combined(element, tree)
    raise SelectorError(f"the selector {kind} is not known here")


def _classes(element):
    value = element.get("class") or []
    return value if isinstance(value, list) else value.split()


def _attribute(element, tree):
    name = tree.attrib.lower()
    if not element.has_attr(name):
        return False
    value = element[name]
    value = " ".join(value) if isinstance(value, list) else value
    if tree.operator == "exists":
        return True
    wanted = tree.value.value
    return {
        "=": value == wanted,
        "~=": wanted in value.split(),
        "|=": value == wanted or value.startswith(wanted + "-"),
        "^=": bool(wanted) and value.startswith(wanted),
        "$=": bool(wanted) and value.endswith(wanted),
        "*=": bool(wanted) and wanted in value,
    }[tree.operator]


def _combined(element, tree):
    if tree.combinator in (" ", ">"):
        parent = _parent(element)
        while parent is not None:
            if _match(parent, tree.selector):
                return True
            parent = _parent(parent) if tree.combinator == " " else None
        return False
    before = _brothers(element)
    before = before[: next(place for place, one in enumerate(before) if one is element)]
    return any(_match(one, tree.selector) for one in (before[-1:] if tree.combinator == "+" else before))


def _has(element, tree):
    for combinator, choice in tree.arguments:
        sign = combinator.value or " "
        if sign.strip() in ("+", "~"):
            places = list(element.find_next_siblings(True))
            places = places[:1] if sign.strip() == "+" else places
        else:
            places = element.find_all(True, recursive=sign.strip() != ">")
        if any(_match(one, getattr(choice, "parsed_tree", choice)) for one in places):
            return True
    return False


def _pseudo(element, name):
    brothers = _brothers(element)
    same = [one for one in brothers if one.name == element.name]
    tests = {
        "first-child": lambda: brothers[0] is element,
        "last-child": lambda: brothers[-1] is element,
        "only-child": lambda: len(brothers) == 1,
        "first-of-type": lambda: same[0] is element,
        "last-of-type": lambda: same[-1] is element,
        "root": lambda: element.name == "html",
        "empty": lambda: not element.get_text() and not element.find(True),
        "checked": lambda: element.has_attr("checked") or element.has_attr("selected"),
        "disabled": lambda: element.has_attr("disabled"),
        "enabled": lambda: element.name in ("input", "button", "select", "textarea") and not element.has_attr("disabled"),
        "required": lambda: element.has_attr("required"),
        "link": lambda: element.name == "a" and element.has_attr("href"),
        "any-link": lambda: element.name == "a" and element.has_attr("href"),
    }
    if name in NEVER:
        return False
    if name not in tests:
        raise SelectorError(f"the selector :{name} is not known here")
    return tests[name]()


def _function(element, tree):
    name = tree.name.lower()
    brothers = _brothers(element)
    if name.endswith("-of-type"):
        brothers = [one for one in brothers if one.name == element.name]
    if name.startswith("nth-last-"):
        brothers = brothers[::-1]
    if name not in ("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"):
        raise SelectorError(f"the selector :{name}() is not known here")
    step, start = parse_series(tree.arguments)
    place = 1 + next(number for number, one in enumerate(brothers) if one is element)
    return place == start if step == 0 else (place - start) % step == 0 and (place - start) // step >= 0
