package spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.beans.PropertyChangeSupport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Vector;
import java.util.function.Supplier;
import javax.management.BadAttributeValueExpException;
import javax.swing.table.DefaultTableModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects in messages: the official library's format, and nothing that only an attacker sends. */
@Timeout(120)
class SerializedObjectsTest {
    private static int deserialized;

    /** Counts how often it is deserialized. */
    private static final class Counted implements Serializable {
        private static final long serialVersionUID = 1L;

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            deserialized++;
        }
    }

    /** What the filter of this JVM refuses. */
    private record RefusedByTheJvm(int value) implements Serializable {}

    private record Order(int number, String what, Map<String, List<Integer>> lines) implements Serializable {}

    @BeforeAll
    static void setTheFilterOfTheJvm() {
        ObjectInputFilter.Config.setSerialFilter(info -> info.serialClass() == RefusedByTheJvm.class
                ? ObjectInputFilter.Status.REJECTED
                : ObjectInputFilter.Status.UNDECIDED);
    }

    @AfterEach
    void defaultFilter() {
        SpreadMessage.setObjectInputFilter(null);
    }

    private static SpreadMessage with(Serializable object) throws SpreadException {
        SpreadMessage message = new SpreadMessage();
        message.setObject(object);
        return message;
    }

    /** As it arrives. */
    private static SpreadMessage received(byte[] data) {
        return new SpreadMessage(
                SpreadMessage.FIFO_MESS, new Vector<>(), new SpreadGroup(null, "#a#b"), data, (short) 0, false, null);
    }

    private static SpreadMessage digest(Serializable... objects) throws SpreadException {
        SpreadMessage message = new SpreadMessage();
        for (Serializable each : objects) {
            message.digest(each);
        }
        return message;
    }

    private static void refused(byte[] data) {
        assertThatThrownBy(() -> received(data).getObject())
                .isInstanceOf(SpreadException.class)
                .hasCauseInstanceOf(InvalidClassException.class)
                .hasMessageContaining("filter");
        assertThatThrownBy(() -> received(data).getDigest())
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("object 1 of the digest")
                .hasCauseInstanceOf(InvalidClassException.class);
    }

    @Test
    void aBodyIsOneStreamOfJavaSerializationInBothDirections() throws Exception {
        SpreadMessage message = digest("one", 2, new Order(3, "three", new HashMap<>(Map.of("a", List.of(1)))));
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(message.getData()))) {
            assertThat(in.readObject()).isEqualTo("one");
            assertThat(in.readObject()).isEqualTo(2);
            assertThat(in.readObject()).isInstanceOf(Order.class);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject("one");
            out.writeObject(2);
        }
        assertThat((Object) received(bytes.toByteArray()).getDigest()).isEqualTo(List.of("one", 2));
        assertThat(received(bytes.toByteArray()).getObject()).isEqualTo("one");
    }

    @Test
    void objectsOfProgramsTravel() throws Exception {
        Map<String, List<Integer>> lines = new LinkedHashMap<>();
        for (int i = 0; i < 10_000; i++) {
            lines.put("line " + i, new ArrayList<>(List.of(i)));
        }
        Order order = new Order(1, "many", lines);
        assertThat(received(with(order).getData()).getObject()).isEqualTo(order);
        long[] numbers = new long[1_000_000];
        Arrays.setAll(numbers, i -> i);
        assertThat(received(with(numbers).getData()).getObject()).isEqualTo(numbers);
        ArrayList<Object> nested = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            nested = new ArrayList<>(List.of(nested));
        }
        assertThat(received(with(nested).getData()).getObject()).isEqualTo(nested);
    }

    @Test
    void aCloneOfADigestGoesOnWithItsStream() throws Exception {
        SpreadMessage original = digest("shared", "a");
        SpreadMessage copy = (SpreadMessage) original.clone();
        copy.digest("shared");
        copy.digest("copied");
        original.digest("shared");
        SpreadMessage copyOfCopy = (SpreadMessage) copy.clone();
        copyOfCopy.digest("last");
        assertThat((Object) original.getDigest()).isEqualTo(List.of("shared", "a", "shared"));
        assertThat((Object) copy.getDigest()).isEqualTo(List.of("shared", "a", "shared", "copied"));
        assertThat((Object) copyOfCopy.getDigest()).isEqualTo(List.of("shared", "a", "shared", "copied", "last"));
    }

    @Test
    void aCloneIsIndependentOfItsOriginal() throws Exception {
        SpreadMessage original = received(new byte[] {1});
        original.setType((short) 4);
        SpreadMessage copy = (SpreadMessage) original.clone();
        assertThat(copy.getSender()).isEqualTo(original.getSender());
        assertThat(copy.isIncoming()).isTrue();
        assertThat(copy.getType()).isEqualTo((short) 4);
        assertThat(copy.getServiceType()).isEqualTo(original.getServiceType());
        copy.addGroup("g");
        copy.setData(new byte[] {2});
        assertThat(original.getGroups()).isEmpty();
        assertThat(original.getData()).containsExactly(1);

        MessageFactory factory = new MessageFactory(copy);
        copy.setData(new byte[] {3});
        assertThat(factory.createMessage().getData()).containsExactly(2);
        factory.setDefault(null);
        assertThat(factory.createMessage()).isNull();
    }

    @Test
    void anObjectThatCannotBeSerializedLeavesTheDigestAsItWas() throws Exception {
        SpreadMessage message = digest("before");
        ArrayList<Object> bad = new ArrayList<>(List.of("x", new Object()));
        assertThatThrownBy(() -> message.digest(bad))
                .isInstanceOf(SpreadException.class)
                .hasCauseInstanceOf(NotSerializableException.class);
        message.digest("after");
        assertThat((Object) message.getDigest()).isEqualTo(List.of("before", "after"));
        assertThatThrownBy(() -> message.setObject(bad))
                .isInstanceOf(SpreadException.class)
                .hasMessageStartingWith("writeObject/flush(): java.io.NotSerializableException");
        assertThat((Object) message.getDigest()).isEqualTo(List.of("before", "after"));
    }

    @Test
    void dataAndDigestReplaceEachOther() throws Exception {
        SpreadMessage message = new SpreadMessage();
        assertThat(message.getData()).isEmpty();
        byte[] mine = {1, 2};
        message.setData(mine);
        mine[0] = 9;
        assertThat(message.getData()).containsExactly(1, 2);
        message.digest("x");
        message.setData(new byte[] {3});
        assertThat(message.getData()).containsExactly(3);
        message.digest("y");
        assertThat((Object) message.getDigest()).isEqualTo(List.of("y"));
    }

    @Test
    void nothingIsDeserializedBeforeItIsAskedFor() throws Exception {
        deserialized = 0;
        SpreadMessage message = received(with(new Counted()).getData());
        assertThat(message.getData()).isNotEmpty();
        message.clone();
        assertThat(deserialized).isZero();
        assertThat(message.getObject()).isInstanceOf(Counted.class);
        assertThat(deserialized).isEqualTo(1);
    }

    @Test
    void garbageAndHalvesAreRefused() throws Exception {
        assertThatThrownBy(() -> received(new byte[] {1, 2, 3, 4, 5}).getObject())
                .isInstanceOf(SpreadException.class);
        assertThatThrownBy(() -> received(new byte[0]).getDigest())
                .isInstanceOf(SpreadException.class)
                .hasMessageStartingWith("ObjectInputStream(): java.io.EOFException");
        byte[] whole = digest("first", "second").getData();
        byte[] half = Arrays.copyOf(whole, whole.length - 3);
        assertThatThrownBy(() -> received(half).getDigest())
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("object 2 of the digest");
    }

    @Test
    void classesKnownFromAttacksAreRefused() throws Exception {
        refused(with(new BadAttributeValueExpException("x")).getData());
        refused(with(new ArrayList<>(List.of(new javax.naming.ldap.Rdn("a=b")))).getData());
        refused(with(new javax.swing.undo.UndoManager()).getData());
    }

    @Test
    void aRefusalNamesTheClassAndTheWayToAllowIt() throws Exception {
        byte[] data = with(new BadAttributeValueExpException("x")).getData();
        String name = BadAttributeValueExpException.class.getName();
        assertThatThrownBy(() -> received(data).getObject())
                .hasMessageStartingWith("readObject(): java.io.InvalidClassException: filter status: REJECTED")
                .hasMessageContaining("Class " + name + " was refused: it is on the list of classes known from attacks")
                .hasMessageContaining("SpreadMessage.setObjectInputFilter")
                .hasMessageContaining("-D" + SerialFilter.PROPERTY + "=" + name);
    }

    @Test
    void theSystemPropertyAllowsOneClassOrNamesThemAll() throws Exception {
        byte[] known = with(new BadAttributeValueExpException("x")).getData();
        byte[] order = with(new Order(1, "x", new HashMap<>())).getData();
        try {
            System.setProperty(SerialFilter.PROPERTY, BadAttributeValueExpException.class.getName());
            assertThat(received(known).getObject()).isInstanceOf(BadAttributeValueExpException.class);
            assertThat(received(order).getObject()).isInstanceOf(Order.class);
            System.setProperty(SerialFilter.PROPERTY, Order.class.getName() + ";java.base/*;!*");
            assertThat(received(order).getObject()).isInstanceOf(Order.class);
            refused(with(new Counted()).getData());
        } finally {
            System.clearProperty(SerialFilter.PROPERTY);
        }
    }

    /** What a registry of services keeps. */
    public interface Service extends Remote {
        String name() throws RemoteException;
    }

    /** A lambda that travels. */
    private interface Task extends Serializable, Supplier<String> {}

    private record Forwarding(String name) implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return name;
        }
    }

    /** A service that is exported while the test runs. */
    private static final class Exported implements Service {
        @Override
        public String name() {
            return "exported";
        }
    }

    @Test
    void whatRealProgramsSendPasses() throws Exception {
        Exported service = new Exported();
        Remote stub = UnicastRemoteObject.exportObject(service, 0);
        try {
            Object arrived = received(with((Serializable) stub).getData()).getObject();
            assertThat(((Service) Objects.requireNonNull(arrived)).name()).isEqualTo("exported");
        } finally {
            UnicastRemoteObject.unexportObject(service, true);
        }

        Object proxy = Proxy.newProxyInstance(
                Service.class.getClassLoader(), new Class<?>[] {Service.class}, new Forwarding("proxied"));
        Object arrived = received(with((Serializable) proxy).getData()).getObject();
        assertThat(((Service) Objects.requireNonNull(arrived)).name()).isEqualTo("proxied");

        Task task = () -> "ran";
        assertThat(((Task) Objects.requireNonNull(received(with(task).getData()).getObject())).get())
                .isEqualTo("ran");

        DefaultTableModel model = new DefaultTableModel(new Object[][] {{"a", 1}}, new Object[] {"name", "value"});
        assertThat(received(with(model).getData()).getObject()).isInstanceOf(DefaultTableModel.class);
        assertThat(received(with(new PropertyChangeSupport("bean")).getData()).getObject())
                .isNotNull();
    }

    @Test
    void deepMapsAndLongChainsPass() throws Exception {
        HashMap<String, Object> deep = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            deep = new HashMap<>(Map.of("name", i, "sub", deep, "list", new ArrayList<>(List.of(i))));
        }
        assertThat(received(with(deep).getData()).getObject()).isEqualTo(deep);

        Object[] tree = {1};
        for (int i = 0; i < 20; i++) {
            tree = new Object[] {new HashMap<>(Map.of("left", tree)), new HashMap<>(Map.of("right", i))};
        }
        assertThat(received(with(tree).getData()).getObject()).isInstanceOf(Object[].class);
    }

    @Test
    void aShortStreamCannotAskForLargeArrays() throws Exception {
        byte[] data = with(new long[1]).getData();
        ByteBuffer.wrap(data).putInt(data.length - 12, 50_000_000);
        refused(data);
    }

    @Test
    void manyMiddlingArraysAreNoWayRound() throws Exception {
        // Each of these would pass alone. Null slots cost a byte each in the stream, so real streams have room for
        // theirs.
        byte[] honest = serialize(new Object[][] {new Object[60_000], new Object[60_000], new Object[60_000]});
        assertThatCode(() -> received(honest).getObject()).doesNotThrowAnyException();
        byte[] lies = serialize(new Object[] {new HashMap<>(Map.of(1, 1)), new long[60_000], new long[1]});
        ByteBuffer.wrap(lies).putInt(lies.length - 12, 4_500_000);
        refused(lies);
    }

    @Test
    void setsOfSetsThatTakeForEverToHashAreRefused() throws Exception {
        Set<Object> root = new HashSet<>();
        Set<Object> left = root;
        Set<Object> right = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            Set<Object> nextLeft = new HashSet<>();
            Set<Object> nextRight = new HashSet<>();
            nextLeft.add("different");
            left.add(nextLeft);
            left.add(nextRight);
            right.add(nextLeft);
            right.add(nextRight);
            left = nextLeft;
            right = nextRight;
        }
        refused(serialize(root));
    }

    private static byte[] serialize(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ObjectOutputStream out = new ObjectOutputStream(bytes);
        out.writeObject(object);
        out.flush();
        return bytes.toByteArray();
    }

    @Test
    void aProgramsOwnFilterTakesThePlaceOfTheDefault() throws Exception {
        byte[] order = with(new Order(1, "x", new HashMap<>())).getData();
        byte[] text = with("text").getData();
        SpreadMessage.setObjectInputFilter(
                ObjectInputFilter.Config.createFilter(Order.class.getName() + ";java.base/*;!*"));
        assertThat(received(order).getObject()).isInstanceOf(Order.class);
        assertThat(received(text).getObject()).isEqualTo("text");
        refused(with(new Counted()).getData());
        SpreadMessage.setObjectInputFilter(info -> ObjectInputFilter.Status.ALLOWED);
        assertThat(received(with(new BadAttributeValueExpException("x")).getData())
                        .getObject())
                .isInstanceOf(BadAttributeValueExpException.class);
    }

    @Test
    void theFilterOfTheJvmIsAskedToo() throws Exception {
        byte[] data = with(new RefusedByTheJvm(1)).getData();
        refused(data);
        SpreadMessage.setObjectInputFilter(info -> ObjectInputFilter.Status.ALLOWED);
        refused(data);
    }
}
