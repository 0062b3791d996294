// What a browser adds to JavaScript: console, timers, fetch and forms. V8 and the DOM library bring the rest.
// Time is not real here: it moves only when browser.py says so, so that every run gives the same result.
(() => {
  "use strict";
  const course = (globalThis.__course = { output: [], now: 0, timers: [], nextTimer: 1, requests: [], server: null, errors: [] });

  // console.log, in the manner of a browser's console
  const show = (value, inside = false, seen = []) => {
    if (typeof value === "string") return inside ? JSON.stringify(value) : value;
    if (value === null || ["undefined", "number", "boolean"].includes(typeof value)) return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return value.toString();
    if (typeof value === "function") return `[Function: ${value.name || "(no name)"}]`;
    if (seen.includes(value)) return "[the same object again]";
    const inner = [...seen, value];
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (Array.isArray(value)) return `[${value.map((one) => show(one, true, inner)).join(", ")}]`;
    if (value instanceof Promise) return "Promise";
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Map) return `Map {${[...value].map(([k, v]) => `${show(k, true, inner)} => ${show(v, true, inner)}`).join(", ")}}`;
    if (value instanceof Set) return `Set {${[...value].map((one) => show(one, true, inner)).join(", ")}}`;
    if (typeof value.outerHTML === "string") return value.outerHTML;
    const name = value.constructor && value.constructor !== Object ? `${value.constructor.name} ` : "";
    const entries = Object.entries(value).map(([k, v]) => `${/^[\w$]+$/.test(k) ? k : JSON.stringify(k)}: ${show(v, true, inner)}`);
    return `${name}{${entries.join(", ")}}`;
  };
  const log = (...values) => void course.output.push(values.map((value) => show(value)).join(" "));
  globalThis.console = { log, info: log, warn: log, error: log, debug: log, table: log, assert() {}, time() {}, timeEnd() {} };

  // values on their way to Python
  course.pack = (value) => {
    const plain = (v) => {
      if (v === undefined || typeof v === "function" || typeof v === "symbol") return { $: "undefined" };
      if (typeof v === "bigint") return { $: "number", v: String(v) };
      if (typeof v === "number" && !Number.isFinite(v)) return { $: "number", v: String(v) };
      if (v === null || typeof v !== "object") return v;
      if (Array.isArray(v)) return Array.from(v, plain);
      if (v instanceof Set) return [...v].map(plain);
      if (v instanceof Error) return { $: "error", v: `${v.name}: ${v.message}` };
      if (typeof v.outerHTML === "string") return v.outerHTML;
      const entries = v instanceof Map ? [...v] : Object.entries(v);
      return Object.fromEntries(entries.map(([k, one]) => [k, plain(one)]));
    };
    return JSON.stringify(plain(value));
  };

  // timers
  const addTimer = (task, delay, args, every) => {
    const id = course.nextTimer++;
    course.timers.push({ id, at: course.now + Math.max(0, Number(delay) || 0), task, args, every });
    return id;
  };
  globalThis.setTimeout = (task, delay = 0, ...args) => addTimer(task, delay, args, null);
  globalThis.setInterval = (task, delay = 0, ...args) => addTimer(task, delay, args, Math.max(1, Number(delay) || 0));
  globalThis.clearTimeout = globalThis.clearInterval = (id) => {
    course.timers = course.timers.filter((timer) => timer.id !== id);
  };
  globalThis.queueMicrotask = (task) => void Promise.resolve().then(task);
  globalThis.requestAnimationFrame = (task) => addTimer(() => task(course.now), 16, [], null);
  globalThis.cancelAnimationFrame = globalThis.clearTimeout;
  globalThis.performance = { now: () => course.now };
  course.runNextTimer = (until) => {
    const due = course.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0];
    if (!due) return false;
    course.now = Math.max(course.now, due.at);
    if (due.every === null) globalThis.clearTimeout(due.id);
    else due.at = course.now + due.every;
    due.task(...due.args);
    return true;
  };

  globalThis.structuredClone = (value) => {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(structuredClone);
    if (value instanceof Date) return new Date(value);
    if (value instanceof Map) return new Map([...value].map(([k, v]) => [structuredClone(k), structuredClone(v)]));
    if (value instanceof Set) return new Set([...value].map(structuredClone));
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, structuredClone(v)]));
  };

  // addresses
  globalThis.URLSearchParams = class URLSearchParams {
    #pairs = [];
    constructor(from = "") {
      if (typeof from === "string") {
        for (const part of from.replace(/^\?/, "").split("&").filter(Boolean)) {
          const [name, ...rest] = part.split("=");
          const read = (text) => decodeURIComponent(text.replaceAll("+", " "));
          this.#pairs.push([read(name), read(rest.join("="))]);
        }
      } else for (const [name, value] of from[Symbol.iterator] ? from : Object.entries(from)) this.append(name, value);
    }
    append(name, value) { this.#pairs.push([String(name), String(value)]); }
    set(name, value) { this.delete(name); this.append(name, value); }
    get(name) { return this.#pairs.find((pair) => pair[0] === name)?.[1] ?? null; }
    getAll(name) { return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]); }
    has(name) { return this.#pairs.some((pair) => pair[0] === name); }
    delete(name) { this.#pairs = this.#pairs.filter((pair) => pair[0] !== name); }
    entries() { return this.#pairs[Symbol.iterator](); }
    [Symbol.iterator]() { return this.entries(); }
    toString() {
      const write = (text) => encodeURIComponent(text).replaceAll("%20", "+").replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
      return this.#pairs.map(([name, value]) => `${write(name)}=${write(value)}`).join("&");
    }
  };

  // fetch: the "server" is a function that the notebook gives; it answers after a delay of our false time
  class DOMException extends Error {
    constructor(message, name) { super(message); Object.defineProperty(this, "name", { value: name }); }
  }
  globalThis.DOMException = DOMException;
  class Signal {
    aborted = false; reason = undefined; listeners = [];
    addEventListener(_, listener) { this.listeners.push(listener); }
    removeEventListener(_, listener) { this.listeners = this.listeners.filter((one) => one !== listener); }
    throwIfAborted() { if (this.aborted) throw this.reason; }
  }
  globalThis.AbortController = class AbortController {
    signal = new Signal();
    abort(reason = new DOMException("The operation was aborted.", "AbortError")) {
      if (this.signal.aborted) return;
      Object.assign(this.signal, { aborted: true, reason });
      for (const listener of this.signal.listeners) listener({ type: "abort" });
    }
  };
  class Headers {
    #map = new Map();
    constructor(from = {}) { for (const [name, value] of from instanceof Headers ? from.entries() : Object.entries(from)) this.set(name, value); }
    set(name, value) { this.#map.set(name.toLowerCase(), String(value)); }
    get(name) { return this.#map.get(name.toLowerCase()) ?? null; }
    has(name) { return this.#map.has(name.toLowerCase()); }
    entries() { return this.#map.entries(); }
  }
  globalThis.Headers = Headers;
  globalThis.Response = class Response {
    #body; bodyUsed = false;
    constructor(body = "", { status = 200, headers = {} } = {}) {
      this.#body = String(body ?? ""); this.status = status; this.ok = status >= 200 && status < 300; this.headers = new Headers(headers);
    }
    async text() {
      if (this.bodyUsed) throw new TypeError("the body of this response has already been read");
      this.bodyUsed = true;
      return this.#body;
    }
    async json() { return JSON.parse(await this.text()); }
  };
  globalThis.fetch = (address, options = {}) =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) return reject(signal.reason);
      const request = { method: (options.method ?? "GET").toUpperCase(), path: String(address), headers: Object.fromEntries(new Headers(options.headers ?? {}).entries()), body: options.body === undefined ? null : String(options.body) };
      course.requests.push(request);
      const answer = course.server ? course.server(request) : null;
      const finish = () => {
        signal?.removeEventListener("abort", giveUp);
        if (!answer || answer.broken) return reject(new TypeError("Failed to fetch"));
        const body = "json" in answer ? JSON.stringify(answer.json) : answer.text ?? "";
        const headers = { "content-type": "json" in answer ? "application/json" : "text/plain", ...answer.headers };
        resolve(new Response(body, { status: answer.status ?? 200, headers }));
      };
      const timer = setTimeout(finish, answer?.delay ?? 10);
      const giveUp = () => { clearTimeout(timer); reject(signal.reason); };
      signal?.addEventListener("abort", giveUp);
    });

  // A page: only when the DOM library (dom.js) is loaded
  course.openPage = (html) => {
    const { window, document } = dom.parseHTML(html);
    const define = (element, name, get, set) => Object.defineProperty(element, name, { get, set, configurable: true });
    const html$ = Object.getPrototypeOf(Object.getPrototypeOf(document.createElement("div")));
    const root = Object.getPrototypeOf(document.createElement("div")) instanceof window.HTMLElement ? window.HTMLElement.prototype : html$;
    const proto = window.HTMLElement.prototype ?? root;
    const is = (element, ...names) => names.includes(element?.localName);
    const dirty = new WeakMap();
    const state = (element) => dirty.get(element) ?? dirty.set(element, {}).get(element);
    const typeOf = (element) => (element.getAttribute("type") ?? (is(element, "button") ? "submit" : "text")).toLowerCase();

    // values of form fields: what the person typed, apart from the attribute
    const fieldPrototypes = ["input", "textarea", "select", "option", "button"].map((name) => Object.getPrototypeOf(document.createElement(name)));
    const [input, textarea, select, option] = fieldPrototypes;
    define(input, "value", function () { return state(this).value ?? this.getAttribute("value") ?? (["checkbox", "radio"].includes(typeOf(this)) ? "on" : ""); }, function (v) { state(this).value = String(v); });
    define(input, "checked", function () { return state(this).checked ?? this.hasAttribute("checked"); }, function (v) {
      if (v && typeOf(this) === "radio") for (const other of (this.form ?? document).querySelectorAll('input[type="radio"]')) if (other.name === this.name) state(other).checked = false;
      state(this).checked = Boolean(v);
    });
    define(textarea, "value", function () { return state(this).value ?? this.textContent; }, function (v) { state(this).value = String(v); });
    define(option, "value", function () { return this.getAttribute("value") ?? this.textContent.trim(); }, function (v) { this.setAttribute("value", v); });
    define(select, "selectedIndex", function () {
      const options = [...this.querySelectorAll("option")];
      const chosen = state(this).index ?? options.findIndex((one) => one.hasAttribute("selected"));
      return chosen < 0 && options.length ? 0 : chosen;
    }, function (v) { state(this).index = v; });
    define(select, "value", function () { return [...this.querySelectorAll("option")][this.selectedIndex]?.value ?? ""; }, function (v) { state(this).index = [...this.querySelectorAll("option")].findIndex((one) => one.value === String(v)); });
    define(proto, "type", function () { return is(this, "input", "button") ? typeOf(this) : this.getAttribute("type") ?? ""; }, function (v) { this.setAttribute("type", v); });
    for (const name of ["required", "open", "readOnly", "multiple"]) define(proto, name, function () { return this.hasAttribute(name.toLowerCase()); }, function (v) { this.toggleAttribute(name.toLowerCase(), Boolean(v)); });
    for (const name of ["placeholder", "autocomplete", "action", "method", "role", "min", "max"]) define(proto, name, function () { return this.getAttribute(name) ?? ""; }, function (v) { this.setAttribute(name, v); });
    for (const name of ["Expanded", "Pressed", "Label", "Live", "Hidden", "Selected", "Invalid", "Busy", "Current", "Checked"]) define(proto, `aria${name}`, function () { return this.getAttribute(`aria-${name.toLowerCase()}`); }, function (v) { v === null ? this.removeAttribute(`aria-${name.toLowerCase()}`) : this.setAttribute(`aria-${name.toLowerCase()}`, v); });
    define(proto, "htmlFor", function () { return this.getAttribute("for") ?? ""; }, function (v) { this.setAttribute("for", v); });
    define(proto, "control", function () { return this.htmlFor ? document.getElementById(this.htmlFor) : this.querySelector("input, select, textarea, button"); });
    define(proto, "form", function () { return this.hasAttribute("form") ? document.getElementById(this.getAttribute("form")) : this.closest("form"); });
    define(proto, "labels", function () { return [...document.querySelectorAll("label")].filter((label) => label.control === this); });
    define(proto, "elements", function () {
      const fields = [...document.querySelectorAll("input, select, textarea, button, output")].filter((one) => one.form === this);
      for (const field of fields) for (const key of [field.id, field.getAttribute("name")]) if (key && !(key in fields)) fields[key] = field;
      fields.namedItem = (key) => fields[key] ?? null;
      return fields;
    });
    for (const field of ["input", "textarea", "select"]) {
      const owner = Object.getPrototypeOf(document.createElement(field));
      owner.checkValidity = function () { return !(this.required && !this.disabled && (["checkbox", "radio"].includes(typeOf(this)) ? !this.checked : this.value === "")); };
      owner.select = function () {};
    }
    proto.reset = function () { for (const field of this.elements) dirty.delete(field); this.dispatchEvent(new window.Event("reset", { bubbles: true })); };
    proto.requestSubmit = function (submitter = null) {
      if (!this.noValidate && !this.hasAttribute("novalidate")) for (const field of this.elements) if (field.checkValidity && !field.checkValidity()) return;
      const event = new window.Event("submit", { bubbles: true, cancelable: true });
      event.submitter = submitter;
      if (this.dispatchEvent(event) && !event.defaultPrevented) course.left = { form: true };
    };
    proto.submit = function () { course.left = { form: true }; };
    proto.showModal = proto.show = function () { this.setAttribute("open", ""); };
    proto.close = function () { this.removeAttribute("open"); this.dispatchEvent(new window.Event("close")); };

    // focus
    let active = document.body;
    define(document, "activeElement", () => (document.documentElement.contains(active) ? active : document.body));
    const canFocus = (element) => !element.disabled && !element.closest("[hidden]") && (is(element, "button", "input", "select", "textarea", "summary") || (is(element, "a") && element.hasAttribute("href")) || element.hasAttribute("tabindex"));
    proto.focus = function () {
      if (active === this || !canFocus(this)) return;
      const before = active;
      active = this;
      before?.dispatchEvent(new window.Event("blur"));
      before?.dispatchEvent(new window.Event("focusout", { bubbles: true }));
      this.dispatchEvent(new window.Event("focus"));
      this.dispatchEvent(new window.Event("focusin", { bubbles: true }));
    };
    proto.blur = function () { if (active === this) { active = document.body; this.dispatchEvent(new window.Event("blur")); } };
    proto.scrollIntoView = function () {};
    course.canFocus = canFocus;

    // events with more properties
    class KeyboardEvent extends window.Event {
      constructor(type, options = {}) { super(type, options); Object.assign(this, { key: options.key ?? "", code: options.code ?? "", shiftKey: !!options.shiftKey, ctrlKey: !!options.ctrlKey, altKey: !!options.altKey, metaKey: !!options.metaKey }); }
    }
    class FormData {
      #pairs = [];
      constructor(form) {
        for (const field of form?.elements ?? []) {
          const name = field.getAttribute("name");
          if (!name || field.disabled || is(field, "button", "output") || ["submit", "button", "reset"].includes(typeOf(field)) && is(field, "input")) continue;
          if (["checkbox", "radio"].includes(typeOf(field)) && is(field, "input") && !field.checked) continue;
          this.append(name, field.value);
        }
      }
      append(name, value) { this.#pairs.push([name, String(value)]); }
      set(name, value) { this.#pairs = this.#pairs.filter((pair) => pair[0] !== name); this.append(name, value); }
      get(name) { return this.#pairs.find((pair) => pair[0] === name)?.[1] ?? null; }
      getAll(name) { return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]); }
      has(name) { return this.#pairs.some((pair) => pair[0] === name); }
      entries() { return this.#pairs[Symbol.iterator](); }
      [Symbol.iterator]() { return this.entries(); }
    }
    const stored = new Map();
    const localStorage = { getItem: (key) => stored.get(String(key)) ?? null, setItem: (key, value) => void stored.set(String(key), String(value)), removeItem: (key) => void stored.delete(String(key)), clear: () => stored.clear() };
    const location = { href: "https://workshop.example/", origin: "https://workshop.example", pathname: "/", search: "", hash: "" };

    const fire = (element, type, Kind = window.Event, options = {}) => {
      const event = new Kind(type, { bubbles: true, cancelable: true, ...options });
      element.dispatchEvent(event);
      return !event.defaultPrevented;
    };
    course.fire = fire;
    // what a browser does by itself after a click, unless a listener says preventDefault
    proto.click = function () {
      if (this.disabled || this.closest("fieldset[disabled]")) return;
      const box = is(this, "input") && ["checkbox", "radio"].includes(typeOf(this));
      const before = box ? this.checked : null;
      if (box) this.checked = typeOf(this) === "radio" ? true : !this.checked;
      const go = fire(this, "click");
      if (box && !go) this.checked = before;
      else if (box && this.checked !== before) { fire(this, "input"); fire(this, "change"); }
      if (!go) return;
      const button = this.closest("button") ?? (is(this, "input") ? this : null);
      if (button && !box && button.form && ["submit", "image"].includes(typeOf(button))) button.form.requestSubmit(button);
      else if (button && !box && button.form && typeOf(button) === "reset") button.form.reset();
      const label = this.closest("label");
      if (label?.control && label.control !== this && !label.control.contains(this)) { label.control.focus(); if (["checkbox", "radio"].includes(typeOf(label.control))) label.control.click(); }
      const link = this.closest("a[href]");
      if (link) course.left = { href: link.getAttribute("href") };
      const summary = this.closest("summary");
      if (summary?.parentElement && is(summary.parentElement, "details")) summary.parentElement.open = !summary.parentElement.open;
    };
    course.person = {
      click(element) { element.focus(); element.click(); },
      type(element, text) {
        if (element.disabled || element.readOnly) return;
        element.focus();
        element.value = text;
        fire(element, "input");
        fire(element, "change");
      },
      press(element, key, options = {}) {
        const go = fire(element, "keydown", KeyboardEvent, { key, ...options });
        if (go && key === "Enter" && is(element, "input") && element.form) element.form.requestSubmit();
        else if (go && (key === "Enter" || key === " ") && is(element, "button", "summary")) element.click();
        else if (go && key === "Enter" && is(element, "a")) element.click();
        else if (go && key === " " && is(element, "input") && ["checkbox", "radio"].includes(typeOf(element))) element.click();
        fire(element, "keyup", KeyboardEvent, { key, ...options });
      },
    };

    const names = { window: globalThis, document, Event: window.Event, CustomEvent: window.CustomEvent, HTMLElement: window.HTMLElement, customElements: window.customElements, MutationObserver: window.MutationObserver, Node: window.Node, KeyboardEvent, FormData, localStorage, location, navigator: { language: "en" } };
    for (const [name, value] of Object.entries(names)) globalThis[name] = value;
    const listeners = {};
    globalThis.addEventListener = (type, listener) => (["DOMContentLoaded", "load"].includes(type) ? setTimeout(listener, 0, new window.Event(type)) : document.addEventListener(type, listener));
    globalThis.removeEventListener = (type, listener) => document.removeEventListener(type, listener);
    document.__ready ??= document.addEventListener.bind(document);
    document.addEventListener = (type, listener, options) => (type === "DOMContentLoaded" ? setTimeout(listener, 0, new window.Event(type)) : document.__ready(type, listener, options));
    globalThis.alert = (text) => log(`alert: ${text}`);
    void listeners;
  };
})();
