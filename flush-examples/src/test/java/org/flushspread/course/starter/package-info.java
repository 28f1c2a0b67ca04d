/**
 * Where a learner begins: programs that compile and do the easy wrong thing, with the gaps marked as TODO. They are meant to have gaps; this is
 * the one place in the project where that is so. {@code scripts/course start N DIR} copies one.
 */
package org.flushspread.course.starter;
