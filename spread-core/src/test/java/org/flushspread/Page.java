package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A page for people, of the checkout, and the code in it. The words behind the three backticks say who runs a block:
 *
 * <ul>
 *   <li>{@code java}: compiled and run against a daemon, one block after the other; lines that print are followed by a block {@code text} with what
 *       they print
 *   <li>{@code java NAME}: is between the marks {@code [NAME]} of a test ({@link Guide#shows})
 *   <li>{@code sh}: commands that run to their end, one after the other; what they print may follow in a block {@code text}
 *   <li>{@code console}: a transcript of {@code $ commands}, what is typed behind a prompt, and what is printed in between
 *   <li>{@code sh by NAME}, {@code console by NAME}: another script or test runs these programs, the one of this name
 *   <li>{@code conf NAME}: a configuration, a file of this name for the commands behind it; {@code java NAME.java} is a program in the same way
 *   <li>{@code xml}, and {@code text} elsewhere: nothing that runs
 * </ul>
 */
public record Page(String path, List<Block> blocks) {
    /** The rest of the words behind the backticks is {@code mark}, which may be empty. */
    public record Block(String page, int line, String language, String mark, String code) {
        public boolean is(String wanted) {
            return language.equals(wanted) && mark.isEmpty();
        }

        /** Whether commands behind it find it as a file. */
        public boolean isFile() {
            return mark.matches("[A-Za-z0-9]+\\.(?:conf|java)") && mark.endsWith("." + language);
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    /** A page of the checkout. */
    public static Page of(String path) {
        try {
            return new Page(path, blocks(path, Files.readAllLines(Guide.file(path))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** README.md and all pages of the guide. */
    public static List<Page> guide() {
        Path root = Guide.file("README.md").getParent();
        try (Stream<Path> files = Files.list(root.resolve("spec/guide"))) {
            return Stream.concat(
                            Stream.of("README.md"),
                            files.map(each -> root.relativize(each).toString())
                                    .filter(each -> each.endsWith(".md"))
                                    .sorted())
                    .map(Page::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Block> blocks(String path, List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        int from = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("```")) {
                continue;
            }
            if (from < 0) {
                from = i;
            } else {
                String[] words = lines.get(from).substring(3).strip().split(" ", 2);
                String code = String.join("\n", lines.subList(from + 1, i)) + "\n";
                blocks.add(new Block(path, from + 1, words[0], words.length > 1 ? words[1] : "", code));
                from = -1;
            }
        }
        assertThat(from).as("a block of " + path + " that does not end").isNegative();
        return blocks;
    }

    /** The text that a block prints, of the block behind it with one empty line between them; empty if there is none. */
    public String printedBy(Block block) {
        int behind = block.line() + (int) block.code().lines().count() + 3;
        return blocks.stream()
                .filter(each -> each.is("text") && each.line() == behind)
                .map(Block::code)
                .findFirst()
                .orElse("");
    }
}
