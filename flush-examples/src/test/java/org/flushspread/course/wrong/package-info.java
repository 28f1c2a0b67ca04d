/** Programs with one typical error each, which the checkers have to find. */
@NullMarked
package org.flushspread.course.wrong;

import org.jspecify.annotations.NullMarked;
