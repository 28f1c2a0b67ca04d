package org.flushspread.tools.monitor;

/**
 * Something that is wrong.
 *
 * @param cause short name, the same in every version
 * @param sentence what was found, and where
 * @param mend what a person does about it
 */
record Finding(String cause, String sentence, String mend) {}
