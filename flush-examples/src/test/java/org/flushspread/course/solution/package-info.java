/**
 * Programs that pass, one for each exercise; there are others. Seven are a {@link org.flushspread.course.solution.Conversation}, which in each
 * view exchanges what members have before it goes on. Where only most of all servers may decide, a state counts the majorities that have had
 * it, and in a new one the highest is taken.
 */
@NullMarked
package org.flushspread.course.solution;

import org.jspecify.annotations.NullMarked;
