"""A real browser, to open pages in, where one is installed."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

# Answers, per width: does the page reach beyond it, and what of the page does (not what scrolls).
_SCRIPT = """
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument, width = frame.clientWidth;
    const scrolls = one => one && (one.classList.contains("scroll") || scrolls(one.parentElement));
    const beyond = [...page.body.querySelectorAll("*")].filter(
      one => !scrolls(one) && !one.closest("svg") && one.getBoundingClientRect().right > width + 1
    );
    const pictures = [...page.images];
    return {
      width: width,
      page: page.documentElement.scrollWidth,
      beyond: beyond.map(one => one.tagName + " " + one.textContent.slice(0, 40)),
      pictures: pictures.length,
      drawn: pictures.filter(one => one.complete && one.naturalWidth > 0).length,
      letters: Math.min(...[...page.querySelectorAll(".key span")].map(
        one => parseFloat(frame.contentWindow.getComputedStyle(one).fontSize))),
      title: page.title,
    };
  });
  document.title = JSON.stringify(found);
});
"""


def installed() -> str | None:
    """Return the path of a browser, None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def seen(page: str, widths: tuple[int, ...], folder: Path) -> list[dict]:
    """Return what a browser makes of a page at several widths, in pixels.

    The test is skipped where the browser cannot open the file, as one in a container may.
    """
    source = html.escape(page)
    frames = [
        f'<iframe srcdoc="{source}" style="border:0;width:{width}px;height:900px"></iframe>'
        for width in widths
    ]
    wrapper = folder / "wrapper.html"
    wrapper.write_text(f"<title></title><script>{_SCRIPT}</script>{''.join(frames)}")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/user")
    command = [installed() or "", *options, "--dump-dom", wrapper.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode or "<iframe" not in done.stdout:
        pytest.skip(f"{command[0]} does not open {wrapper}: {done.stderr[-200:]}")
    title = re.search("<title>(.*?)</title>", done.stdout, re.DOTALL)
    assert title and title[1], done.stderr
    return json.loads(html.unescape(title[1]))
