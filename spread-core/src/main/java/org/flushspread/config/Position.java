package org.flushspread.config;

/**
 * A place in a configuration file.
 *
 * @param file the name the file was read under
 * @param line from 1
 * @param column from 1, in bytes; a tab is one
 */
public record Position(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
