package org.flushspread.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests at the admin server. */
public final class HttpFuzz {
    private HttpFuzz() {}

    public static void request(byte[] input) {
        HttpRequest request = HttpRequest.parse(input, Math.min(input.length, HttpConnection.MOST_HEAD));
        if (request != null) {
            assertThat(request.path()).startsWith("/").doesNotContain("?");
            assertThat(request.isForThisMachine() && request.header("host").contains("/"))
                    .isFalse();
        }
    }
}
