package org.flushspread.config;

/**
 * What the access file says to one question.
 *
 * @param line of the file that decided, from 1
 */
public record AccessDecision(boolean allowed, int line) {}
