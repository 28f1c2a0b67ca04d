package org.flushspread.testing;

import java.lang.reflect.Method;
import org.flushspread.client.SpreadConnection;
import org.flushspread.flush.FlushConnection;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What stands behind {@link SpreadRing}. */
final class SpreadRingExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace RINGS = ExtensionContext.Namespace.create(SpreadRing.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return parameter.getDeclaringExecutable() instanceof Method
                && (type == Ring.class || type == Network.class || isConnection(type));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        Ring ring = ring(context);
        if (type == Ring.class) {
            return ring;
        }
        if (type == Network.class) {
            return ring.network();
        }
        int before = connectionsBefore(parameter);
        RingDaemon daemon = ring.daemon(before % ring.size());
        String name = "p" + (before + 1);
        return type == FlushConnection.class ? daemon.connectFlush(name) : daemon.connect(name);
    }

    private static boolean isConnection(Class<?> type) {
        return type == SpreadConnection.class || type == FlushConnection.class;
    }

    private static int connectionsBefore(ParameterContext parameter) {
        Class<?>[] types = parameter.getDeclaringExecutable().getParameterTypes();
        int count = 0;
        for (int i = 0; i < parameter.getIndex(); i++) {
            if (isConnection(types[i])) {
                count++;
            }
        }
        return count;
    }

    /** The one of this test, or of the class if a {@code @BeforeAll} method has got one; it is closed with what it belongs to. */
    private static Ring ring(ExtensionContext context) {
        return context.getStore(RINGS).computeIfAbsent(Ring.class, key -> start(context), Ring.class);
    }

    private static Ring start(ExtensionContext context) {
        SpreadRing wanted = context.getElement()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, SpreadRing.class))
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), SpreadRing.class))
                .orElseThrow(
                        () -> new ParameterResolutionException("there is no @SpreadRing at the test or its class"));
        return Ring.start(wanted.daemons(), wanted.tokenTimeout());
    }
}
