package org.flushspread.fuzz;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

class FuzzInputsTest {
    @TestFactory
    Stream<DynamicContainer> everyInputIsTakenOrRefused() {
        return FuzzInputs.of(new CoreTargets());
    }
}
