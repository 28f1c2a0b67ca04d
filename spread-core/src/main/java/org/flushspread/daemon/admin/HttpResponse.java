package org.flushspread.daemon.admin;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An answer; the connection ends behind it. */
record HttpResponse(int status, String type, byte[] body) {
    static final String TEXT = "text/plain; charset=utf-8";
    static final String JSON = "application/json";

    static HttpResponse of(int status, String type, String body) {
        return new HttpResponse(status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The page may load nothing from anywhere and be framed by nobody. */
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
            + " connect-src 'self'; img-src data:; frame-ancestors 'none'";

    /** The bytes to send. */
    ByteBuffer bytes(boolean headOnly) {
        String head = "HTTP/1.1 " + status + " " + phrase(status) + "\r\n"
                + "Content-Type: " + type + "\r\n"
                + "Content-Length: " + body.length + "\r\n"
                + "Cache-Control: no-store\r\n"
                + "X-Content-Type-Options: nosniff\r\n"
                + "Content-Security-Policy: " + POLICY + "\r\n"
                + (status == HttpRefusal.METHOD.status ? "Allow: GET, HEAD\r\n" : "")
                + "Connection: close\r\n\r\n";
        byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer all = ByteBuffer.allocate(first.length + (headOnly ? 0 : body.length));
        all.put(first);
        if (!headOnly) {
            all.put(body);
        }
        return all.flip();
    }

    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 431 -> "Request Header Fields Too Large";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }
}
