"""usage: offline.py SITE; writes search/offline.js: the index of the search and its worker, for pages that are read from a disk."""
import glob
import json
import os
import sys

site = sys.argv[1]
(worker,) = glob.glob(os.path.join(site, "assets/javascripts/workers/search.*.js"))
with open(worker, encoding="utf-8") as text:
    source = json.dumps(text.read())
with open(os.path.join(site, "search/search_index.json"), encoding="utf-8") as text:
    index = text.read()
with open(os.path.join(site, "search/offline.js"), "w", encoding="utf-8") as script:
    script.write(f"window.__search = {{worker: URL.createObjectURL(new Blob([{source}], {{type: 'text/javascript'}})),\n"
                 f"index: Promise.resolve({index})}};\n")
