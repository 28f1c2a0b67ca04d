"""What pages for GitHub need to be pages of the site: the order of the guide and the specification, and a word less."""
import os
import re


def links(page):
    with open(page, encoding="utf-8") as text:
        return re.findall(r"\]\(([\w./-]+\.md)\)", text.read())


def section(docs, index):
    """The pages in the order in which the index names them, then those that it does not name."""
    folder = os.path.dirname(index)
    here = [os.path.join(folder, each) for each in sorted(os.listdir(os.path.join(docs, folder))) if each.endswith(".md")]
    named = [os.path.join(folder, each) for each in links(os.path.join(docs, index)) if "/" not in each]
    return list(dict.fromkeys([index] + [each for each in named if each in here] + here))


def on_config(config):
    docs = config["docs_dir"]
    folders = sorted(each for each in os.listdir(os.path.join(docs, "spec"))
                     if os.path.isfile(os.path.join(docs, "spec", each, "README.md")) and each not in ("guide", "vectors"))
    config["nav"] = [{"Home": "README.md"}, {"Guide": section(docs, "spec/guide/README.md")},
                     {"Specification": section(docs, "spec/README.md")}]
    config["nav"] += [{each.capitalize(): section(docs, f"spec/{each}/README.md")} for each in folders]
    if os.path.isfile(os.path.join(docs, "api/index.html")):
        config["nav"] += [{"API": "api/index.html"}]
    return config


def on_page_markdown(markdown, page, config, files):
    # The name behind the language says which test runs a block.
    markdown = re.sub(r"(?m)^```(\w+) .*$", r"```\1", markdown)
    here = os.path.dirname(page.file.abs_src_path)

    def to_index(link):
        folder = link.group(1).rstrip("/")
        return f"]({folder}/README.md)" if os.path.isfile(os.path.join(here, folder, "README.md")) else link.group(0)

    return re.sub(r"\]\(([\w./-]+)\)", to_index, markdown)
