package org.flushspread.flush.store;

import java.io.IOException;
import java.io.InputStream;

/** A state that a store holds, and has found to be whole. It is read from the device piece by piece. */
public interface SavedState {
    /** Its length. */
    long bytes();

    /** From its beginning; as often as one likes, before anything is written to the store. */
    InputStream open() throws IOException;
}
