package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pictures of the specification name classes that exist, and are those of their sources ({@code scripts/pictures} draws them). */
@Tag("once")
class PicturesTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Path PICTURES = REPOSITORY.resolve("spec/pictures");

    /** A word of a picture that can only be a class: two or more capitals with small letters between them. */
    private static final Pattern CLASS = Pattern.compile("\\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\\b");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.list(PICTURES)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".puml"))
                    .sorted()
                    .toList();
            assertThat(sources).hasSizeGreaterThanOrEqualTo(3);
            return sources;
        }
    }

    private static Set<String> classes() throws IOException {
        Set<String> all = new TreeSet<>();
        for (String module : List.of("spread-core", "flush")) {
            try (Stream<Path> files = Files.walk(REPOSITORY.resolve(module).resolve("src/main/java"))) {
                all.addAll(files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .map(name -> name.substring(0, name.length() - ".java".length()))
                        .collect(Collectors.toSet()));
            }
        }
        return all;
    }

    @Test
    void everyClassInAPictureExists() throws IOException {
        Set<String> classes = classes();
        Set<String> unknown = new TreeSet<>();
        for (Path source : sources()) {
            Matcher word = CLASS.matcher(Files.readString(source));
            while (word.find()) {
                if (!classes.contains(word.group())) {
                    unknown.add(source.getFileName() + ": " + word.group());
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyPictureIsDrawnFromItsSource() throws Exception {
        for (Path source : sources()) {
            Path picture = Path.of(source.toString().replace(".puml", ".svg"));
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(source)));
            assertThat(Files.readString(picture, StandardCharsets.UTF_8))
                    .as("scripts/pictures draws %s", picture.getFileName())
                    .contains("<!-- drawn from " + hash + " -->");
        }
    }
}
