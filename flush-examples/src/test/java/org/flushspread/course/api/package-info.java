/**
 * What programs of the course are written against: one interface for each exercise, and what they are given. Programs for groups are real
 * listeners on a real {@link org.flushspread.flush.FlushGroup}; the bank is a real {@link org.flushspread.flush.StateMachine}. A program that
 * passes needs nothing but a {@code main} method to run on daemons.
 */
@NullMarked
package org.flushspread.course.api;

import org.jspecify.annotations.NullMarked;
