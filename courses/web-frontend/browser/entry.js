// The parts of linkedom that the course uses, as one global: dom.parseHTML(text) gives { window, document, … }.
export { parseHTML } from "linkedom/worker";
