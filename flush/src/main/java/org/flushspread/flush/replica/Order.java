package org.flushspread.flush.replica;

/** The service of a message. */
public enum Order {
    FIFO,
    AGREED,
    SAFE
}
