package org.flushspread.flush.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The files of a store: everything it asks of a file system, so that tests can stand in its place and fail, tear and forget as file systems
 * do. What was written is on the device after {@link StoreFile#force}, a name (made, changed or gone) after {@link #force}, and either may be
 * there before.
 */
interface StoreFiles {
    /** Makes the directory if there is none and takes it for one user at a time. */
    void take() throws IOException;

    /** Gives it back; nothing happens if it was not taken. */
    void release() throws IOException;

    /** The files, in the order of their names. */
    List<String> names() throws IOException;

    /** @throws java.nio.file.NoSuchFileException if there is none */
    StoreFile open(String name) throws IOException;

    /** An empty file, in the place of one that may be there. */
    StoreFile create(String name) throws IOException;

    /** Takes the place of {@code to} in one step. */
    void rename(String from, String to) throws IOException;

    void delete(String name) throws IOException;

    /** Moves files to a directory of their own inside this one and answers its name. */
    String setAside(List<String> names) throws IOException;

    void force() throws IOException;

    /** One file. Reading and writing never go short: they do it all or fail. */
    interface StoreFile extends Closeable {
        long size() throws IOException;

        /** Fills the rest of the buffer. */
        void read(ByteBuffer to, long at) throws IOException;

        void write(ByteBuffer from, long at) throws IOException;

        void truncate(long size) throws IOException;

        void force() throws IOException;
    }
}
