package org.flushspread.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.flushspread.examples.redis.Request.Refused;
import org.jspecify.annotations.Nullable;

/** What a connection is told about itself and the server: as much as clients ask before they begin. */
final class Administration {
    /** The version of Redis whose commands these are. */
    private static final String VERSION = "7.0.0";

    private final RedisService service;
    private final long id;
    private byte[] name = Resp.NULL;

    Administration(RedisService service, long id) {
        this.service = service;
        this.id = id;
    }

    byte[] answer(Request request) {
        return switch (request.name) {
            case "hello" -> hello(request);
            case "client" -> client(request);
            case "command" -> command(request);
            case "config" -> config(request);
            case "info" -> Resp.bulk(info());
            default -> throw noPassword();
        };
    }

    private static Refused noPassword() {
        return new Refused("ERR AUTH <password> called without any password configured for the default user. Are you"
                + " sure your configuration is correct?");
    }

    /** HELLO [2 [AUTH user password] [SETNAME name]]: there is no other version of the protocol here. */
    private byte[] hello(Request request) {
        if (request.size() > 1 && request.number(1) != 2) {
            throw new Refused("NOPROTO unsupported protocol version");
        }
        for (int i = 2; i < request.size(); i += 2) {
            if (request.option(i).equals("AUTH")) {
                throw noPassword();
            } else if (!request.option(i).equals("SETNAME") || i + 1 == request.size()) {
                throw new Refused("ERR Syntax error in HELLO option '" + request.text(i) + "'");
            }
            name = Resp.bulk(request.bytes(i + 1));
        }
        List<byte[]> facts = new ArrayList<>();
        for (String each :
                List.of("server", "flush-spread", "version", VERSION, "mode", "standalone", "role", "master")) {
            facts.add(Resp.bulk(each));
        }
        facts.addAll(List.of(Resp.bulk("proto"), Resp.number(2), Resp.bulk("id"), Resp.number(id)));
        facts.addAll(List.of(Resp.bulk("modules"), Resp.array()));
        return Resp.array(facts);
    }

    private byte[] client(Request request) {
        return switch (request.option(1) + " " + request.size()) {
            case "ID 2" -> Resp.number(id);
            case "GETNAME 2" -> name;
            case "SETINFO 4" -> Resp.OK;
            case "SETNAME 3" -> {
                if (!request.text(2).matches("[!-~]*")) {
                    throw new Refused("ERR Client names cannot contain spaces, newlines or special characters.");
                }
                name = request.text(2).isEmpty() ? Resp.NULL : Resp.bulk(request.bytes(2));
                yield Resp.OK;
            }
            default -> throw unknownSubcommand(request);
        };
    }

    private static Refused unknownSubcommand(Request request) {
        return new Refused("ERR unknown subcommand '" + request.text(1) + "'. Try " + request.option(0) + " HELP.");
    }

    private static byte[] command(Request request) {
        return switch (request.option(1)) {
            case "" ->
                Resp.array(
                        Command.all().stream().map(Administration::description).toList());
            case "COUNT" -> Resp.number(Command.all().size());
            case "DOCS" -> Resp.array();
            case "INFO" -> {
                List<byte[]> found = new ArrayList<>();
                for (int i = 2; i < request.size(); i++) {
                    found.add(description(Command.find(request.text(i).toLowerCase(Locale.ROOT))));
                }
                yield Resp.array(found);
            }
            default -> throw unknownSubcommand(request);
        };
    }

    private static byte[] description(@Nullable Command command) {
        if (command == null) {
            return Resp.NULL_ARRAY;
        }
        List<byte[]> flags = new ArrayList<>();
        if (command.body() != null) {
            flags.add(Resp.simple(command.isWrite() ? "write" : "readonly"));
        }
        if (command.kind() == Command.Kind.GROW) {
            flags.add(Resp.simple("denyoom"));
        }
        return Resp.array(
                Resp.bulk(command.name()),
                Resp.number(command.arity()),
                Resp.array(flags),
                Resp.number(command.keys().first()),
                Resp.number(command.keys().last()),
                Resp.number(command.keys().step()));
    }

    /** CONFIG GET pattern ...; clients set nothing. */
    private byte[] config(Request request) {
        if (!request.option(1).equals("GET") || request.size() < 3) {
            throw unknownSubcommand(request);
        }
        Map<String, Object> settings = new TreeMap<>(Map.of(
                "appendonly",
                "no",
                "databases",
                1,
                "maxclients",
                service.options.clients(),
                "maxmemory",
                service.options.memory(),
                "maxmemory-policy",
                "noeviction",
                "proto-max-bulk-len",
                Batch.LARGEST,
                "save",
                ""));
        List<byte[]> found = new ArrayList<>();
        settings.forEach((key, value) -> {
            for (int i = 2; i < request.size(); i++) {
                if (new Glob(request.text(i).toLowerCase(Locale.ROOT).getBytes(UTF_8)).matches(key.getBytes(UTF_8))) {
                    found.addAll(List.of(Resp.bulk(key), Resp.bulk(value.toString())));
                    return;
                }
            }
        });
        return Resp.array(found);
    }

    private String info() {
        RedisService.Counters counters = service.counters;
        Keyspace keyspace = service.store.keyspace();
        int keys = keyspace.entries().size();
        return ("# Server\nredis_version:" + VERSION + "\nserver_name:flush-spread\nredis_mode:standalone\ntcp_port:"
                        + service.port() + "\n\n# Clients\nconnected_clients:" + counters.connected + "\nmaxclients:"
                        + service.options.clients() + "\n\n# Memory\nused_memory_dataset:" + keyspace.cost()
                        + "\nmaxmemory:"
                        + service.options.memory() + "\n\n# Stats\ntotal_connections_received:" + counters.connections
                        + "\ntotal_commands_processed:" + counters.commands + "\nrejected_connections:"
                        + counters.rejected
                        + "\nmessages_published:" + counters.messages + "\nmalformed_requests:" + counters.malformed
                        + "\nrefused_batches:" + counters.refused + "\nunknown_outcomes:" + counters.unknown
                        + "\nslow_subscribers_closed:" + counters.slow + "\n\n# Replication\nrole:master\nmember_role:"
                        + service.member.role() + "\nmember_reads:" + service.options.reads() + "\n\n# Keyspace\n"
                        + (keys == 0
                                ? ""
                                : "db0:keys=" + keys + ",expires="
                                        + keyspace.deadlines().size() + "\n"))
                .replace("\n", "\r\n");
    }
}
