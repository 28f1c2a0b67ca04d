"""usage: check_links.py SITE; each link of each page leads to a file of the site and a place in it, and nothing is loaded from elsewhere."""
import html.parser
import os
import sys
import urllib.parse

site = os.path.realpath(sys.argv[1])


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.places, self.links, self.foreign = set(), [], []
        with open(path, encoding="utf-8") as text:
            self.feed(text.read())

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.places.update(filter(None, (values.get("id"), values.get("name"))))
        link = values.get("href") or values.get("src")
        if not link:
            return
        if not urllib.parse.urlsplit(link).scheme:
            self.links.append(link)
        elif tag != "a" and not link.startswith("data:") and values.get("rel") != "canonical":
            self.foreign.append(link)


pages = {}


def page(path):
    if path not in pages:
        pages[path] = Page(path)
    return pages[path]


faults, count = [], 0
for folder, _, files in os.walk(site):
    for name in (each for each in files if each.endswith(".html")):
        path = os.path.join(folder, name)
        if name == "404.html":  # its links begin at the root of a server
            continue
        shown = os.path.relpath(path, site)
        faults += [f"{shown} loads {each}" for each in page(path).foreign]
        for link in page(path).links:
            count += 1
            target, _, place = link.partition("#")
            target = urllib.parse.unquote(target.partition("?")[0])
            file = os.path.normpath(os.path.join(folder, target)) if target else path
            if os.path.isdir(file):
                file = os.path.join(file, "index.html")
            if not os.path.exists(file):
                faults.append(f"{shown}: {link}")
            elif place and file.endswith(".html") and "/api/" not in file and urllib.parse.unquote(place) not in page(file).places:
                faults.append(f"{shown}: {link}: there is no such place")
print("\n".join(faults) if faults else f"{count} links of {len(pages)} pages lead somewhere")
sys.exit(1 if faults else 0)
