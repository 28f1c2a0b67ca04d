package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flushspread.Page.Block;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Links between pages lead somewhere, and no page of the guide has code that nobody runs. */
@Tag("once")
class PagesTest {
    private static final Path ROOT = Guide.file("README.md").getParent();

    private static final Pattern LINK =
            Pattern.compile("(?<!!)\\[[^\\]]*\\]\\(([^) ]+)\\)|!\\[[^\\]]*\\]\\(([^) ]+)\\)");

    /** Code by its indentation, which does not belong to an item of a list. */
    private static final Pattern INDENTED = Pattern.compile("(?m)^(?![ *0-9-]).*\\n\\n {4,}\\S");

    /** A program of scripts/ where a command begins. */
    private static final Pattern PROGRAM = Pattern.compile("scripts/([a-z][a-z_-]*)");

    private static List<Path> files(String folder, String pattern) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            return files.filter(each -> each.toString().matches(pattern))
                    .filter(each -> !each.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    private static String withoutCode(String page) {
        return page.replaceAll("(?s)```.*?\\n```", "").replaceAll("`[^`\n]*`", "");
    }

    /** As GitHub names the headings of a page. */
    private static Set<String> anchors(String page) {
        Set<String> anchors = new HashSet<>();
        Matcher heading = Pattern.compile("(?m)^#+ (.*)$").matcher(page.replaceAll("(?s)```.*?\\n```", ""));
        while (heading.find()) {
            anchors.add(heading.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .strip()
                    .replace(' ', '-'));
        }
        return anchors;
    }

    @Test
    void eachLinkOfAPageLeadsToAFileAndAHeading() throws IOException {
        List<Path> pages = new ArrayList<>(files("spec", ".*\\.md"));
        pages.add(ROOT.resolve("README.md"));
        List<String> broken = new ArrayList<>();
        int found = 0;
        for (Path page : pages) {
            String text = Files.readString(page);
            Matcher link = LINK.matcher(withoutCode(text));
            while (link.find()) {
                String target = link.group(1) == null ? link.group(2) : link.group(1);
                if (target.matches("[a-z]+:.*")) {
                    continue;
                }
                found++;
                String[] parts = target.split("#", 2);
                Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                if (!Files.exists(file)
                        || parts.length > 1 && !anchors(Files.readString(file)).contains(parts[1])) {
                    broken.add(ROOT.relativize(page) + ": " + target);
                }
            }
        }
        assertThat(found).as("links that were looked up").isGreaterThan(100);
        assertThat(broken).isEmpty();
    }

    @Test
    void somebodyRunsEachBlockOfTheGuide() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Page page : Page.guide()) {
            String text = Files.readString(ROOT.resolve(page.path())).replaceAll("(?s)```.*?\\n```", "");
            if (INDENTED.matcher(text).find()) {
                faults.add(page.path() + ": indented code, of which nobody can say who runs it");
            }
            for (Block block : page.blocks()) {
                String fault = block.isFile() ? faultOfFile(page, block) : faultOf(block);
                if (!fault.isEmpty()) {
                    faults.add(block + ": " + fault);
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static String faultOf(Block block) throws IOException {
        String missing = PROGRAM.matcher(block.code())
                .results()
                .map(program -> "scripts/" + program.group(1))
                .filter(program -> !Files.exists(ROOT.resolve(program)))
                .findFirst()
                .orElse("");
        if (!missing.isEmpty()) {
            return "there is no " + missing;
        }
        return switch (block.language()) {
            case "java" -> block.mark().isEmpty() || isShown(block) ? "" : "no test shows " + block.mark();
            case "sh", "console" -> block.mark().isEmpty() ? "" : faultOfProxy(block);
            case "conf" -> "a configuration needs the name of its file";
            case "xml", "text" -> block.mark().isEmpty() ? "" : "unknown words: " + block.mark();
            default -> "a block of the language '" + block.language() + "', which nobody runs";
        };
    }

    private static String faultOfFile(Page page, Block file) {
        boolean isProgram = file.language().equals("java");
        return !isProgram
                        || page.blocks().stream()
                                .anyMatch(
                                        block -> block.is("sh") && block.code().contains(file.mark()))
                ? ""
                : "no command runs " + file.mark();
    }

    private static boolean isShown(Block block) throws IOException {
        for (String module : List.of("spread-core", "flush", "flush-examples")) {
            for (Path test : files(module + "/src/test/java", ".*Test\\.java")) {
                String text = Files.readString(test);
                if (text.contains('"' + block.page() + '"') && text.contains("// [" + block.mark() + "]")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Who runs the programs in place of the block has to name them. */
    private static String faultOfProxy(Block block) throws IOException {
        if (!block.mark().startsWith("by ")) {
            return "unknown words: " + block.mark();
        }
        String name = block.mark().substring("by ".length());
        List<Path> proxies = new ArrayList<>(files("scripts", ".*/scripts/" + name));
        for (String module : List.of("spread-core", "flush", "flush-examples")) {
            proxies.addAll(files(module + "/src/test/java", ".*/" + name + "\\.java"));
        }
        if (proxies.size() != 1) {
            return "there is no script and no test " + name;
        }
        String text = Files.readString(proxies.get(0)).toLowerCase(Locale.ROOT);
        return PROGRAM.matcher(block.code())
                .results()
                .map(program -> program.group(1))
                .filter(program ->
                        !text.contains(program.toLowerCase(Locale.ROOT).replace("-", "")) && !text.contains(program))
                .findFirst()
                .map(program -> name + " does not run " + program)
                .orElse("");
    }
}
