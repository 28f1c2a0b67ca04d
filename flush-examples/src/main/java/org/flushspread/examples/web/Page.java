package org.flushspread.examples.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/**
 * The page, and what a browser may do in it.
 *
 * @param text all of it in one file
 * @param policy Content-Security-Policy: the page's own script and style, by their hash, and requests to this server; nothing else runs
 */
record Page(String text, String policy) {
    static Page load() {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream("chat.html"), "chat.html")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Page(
                    text,
                    "default-src 'none'; script-src '" + hash(text, "script") + "'; style-src '" + hash(text, "style")
                            + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                            + " frame-ancestors 'none'");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text, String tag) {
        String inside =
                text.substring(text.indexOf("<" + tag + ">") + tag.length() + 2, text.indexOf("</" + tag + ">"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inside.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
