package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every function of the C library has its namesake, and there are no others that look like one (client-protocol 7.3 and 8). */
class CNamesTest {
    private static final List<String> SP = List.of(
            "SP_version",
            "SP_set_auth_method",
            "SP_set_auth_methods",
            "SP_connect",
            "SP_connect_timeout",
            "SP_disconnect",
            "SP_kill",
            "SP_join",
            "SP_leave",
            "SP_multicast",
            "SP_scat_multicast",
            "SP_multigroup_multicast",
            "SP_multigroup_scat_multicast",
            "SP_receive",
            "SP_scat_receive",
            "SP_poll",
            "SP_equal_group_ids",
            "SP_get_memb_info",
            "SP_get_vs_sets_info",
            "SP_get_vs_set_members",
            "SP_scat_get_memb_info",
            "SP_scat_get_vs_sets_info",
            "SP_scat_get_vs_set_members",
            "SP_query_groups",
            "SP_query_members",
            "SP_error",
            "SP_strerror");

    private static final List<String> E = List.of(
            "E_init",
            "E_get_time",
            "E_sub_time",
            "E_add_time",
            "E_compare_time",
            "E_queue",
            "E_dequeue",
            "E_delay",
            "E_attach_fd",
            "E_detach_fd",
            "E_activate_fd",
            "E_deactivate_fd",
            "E_set_active_threshold",
            "E_num_active",
            "E_handle_events",
            "E_exit_events");

    private static TreeSet<String> functions(Class<?> type, String prefix) {
        TreeSet<String> names = new TreeSet<>();
        Arrays.stream(type.getDeclaredMethods())
                .filter(each -> Modifier.isPublic(each.getModifiers()) && Modifier.isStatic(each.getModifiers()))
                .map(Method::getName)
                .filter(each -> each.startsWith(prefix))
                .forEach(names::add);
        return names;
    }

    @Test
    void everyProcedureOfTheLibraryIsThere() {
        assertThat(functions(Sp.class, "SP_")).isEqualTo(new TreeSet<>(SP));
    }

    @Test
    void everyProcedureOfTheEventLoopIsThere() {
        assertThat(functions(Events.class, "E_")).isEqualTo(new TreeSet<>(E));
    }
}
