package org.flushspread.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of Redis that knows nothing but bytes: what it sends and gets is text with a letter for each byte. */
final class RespClient implements AutoCloseable {
    private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");

    private final Socket socket;
    private final InputStream in;

    RespClient(int port) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends a command as redis-cli reads it, and gets the reply, with escapes in it. */
    String call(String command) throws IOException {
        send(command);
        return reply();
    }

    void send(String command) throws IOException {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command);
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : unescaped(word.group(1)));
        }
        StringBuilder all = new StringBuilder("*" + words.size() + "\r\n");
        words.forEach(each -> all.append("$")
                .append(each.length())
                .append("\r\n")
                .append(each)
                .append("\r\n"));
        sendBytes(all.toString());
    }

    void sendBytes(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    }

    private static String unescaped(String text) {
        String lines = text.replace("\\r", "\r").replace("\\n", "\n");
        return Pattern.compile("\\\\x(..)")
                .matcher(lines)
                .replaceAll(hex -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(hex.group(1), 16))));
    }

    /** The next reply, as its bytes; empty if the connection has ended instead. */
    String reply() throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            read(all);
        } catch (EOFException e) {
            return "";
        }
        StringBuilder escaped = new StringBuilder();
        for (char each : all.toString().toCharArray()) {
            switch (each) {
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n");
                case '\\' -> escaped.append("\\\\");
                default -> escaped.append(each >= ' ' && each < 127 ? "" + each : String.format("\\x%02x", (int) each));
            }
        }
        return escaped.toString();
    }

    private void read(StringBuilder to) throws IOException {
        int from = to.length();
        while (to.length() < from + 2 || !to.substring(to.length() - 2).equals("\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            to.append((char) next);
        }
        char type = to.charAt(from);
        if (type == '$' || type == '*') {
            int count = Integer.parseInt(to.substring(from + 1, to.length() - 2));
            if (type == '$' && count >= 0) {
                to.append(new String(in.readNBytes(count + 2), ISO_8859_1));
            }
            for (int i = 0; type == '*' && i < count; i++) {
                read(to);
            }
        }
    }

    /** True when the other side has closed. */
    boolean isEnded() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
