package org.flushspread.daemon.admin;

/** Why a request was not answered as asked; each is counted and logged once. */
enum HttpRefusal {
    /** More connections at one time than are served. */
    TOO_MANY_CONNECTIONS(503),
    /** The head of a request is longer than is read. */
    REQUEST_TOO_LONG(431),
    /** A request did not come, or its answer was not taken, in time. */
    TOO_SLOW(408),
    MALFORMED(400),
    /** Only GET and HEAD: nothing here changes anything. */
    METHOD(405),
    /** A request that a foreign web page makes a browser send. */
    FOREIGN_HOST(403),
    /** The access file does not allow it. */
    ACCESS_DENIED(403),
    NOT_FOUND(404),
    /** The daemon's own thread does not answer. */
    NO_ANSWER(503),
    /** What would be needed to answer is not installed. */
    NOT_AVAILABLE(501),
    /** An error of the program. */
    FAILED(500);

    final int status;

    HttpRefusal(int status) {
        this.status = status;
    }
}
