//! Which files are copied, and how much of each at most.

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// Of the host, below `/proc`: figures that the copying itself would move come first, what never changes last.
pub(super) const HOST: &[(&str, &str, u64)] = &[
    ("loadavg", "loadavg", KIB),
    ("stat", "stat", MIB),
    ("pressure-cpu", "pressure/cpu", KIB),
    ("pressure-memory", "pressure/memory", KIB),
    ("pressure-io", "pressure/io", KIB),
    ("meminfo", "meminfo", 64 * KIB),
    ("vmstat", "vmstat", 64 * KIB),
    ("net-tcp", "net/tcp", 8 * MIB),
    ("net-tcp6", "net/tcp6", 8 * MIB),
    ("net-udp", "net/udp", 4 * MIB),
    ("net-udp6", "net/udp6", 4 * MIB),
    ("net-unix", "net/unix", 4 * MIB),
    ("net-sockstat", "net/sockstat", 64 * KIB),
    ("net-dev", "net/dev", MIB),
    ("locks", "locks", MIB),
    ("mounts", "self/mountinfo", 4 * MIB),
    ("uptime", "uptime", KIB),
    ("boot-id", "sys/kernel/random/boot_id", KIB),
    ("hostname", "sys/kernel/hostname", KIB),
    ("osrelease", "sys/kernel/osrelease", KIB),
    ("version", "version", 4 * KIB),
];

/// Of a process, below its own directory.
pub(super) const PROCESS: &[(&str, &str, u64)] = &[
    ("stat", "stat", 4 * KIB),
    ("status", "status", 64 * KIB),
    ("wchan", "wchan", KIB),
    ("io", "io", 4 * KIB),
    ("cmdline", "cmdline", MIB),
    ("environ", "environ", MIB),
    ("maps", "maps", 8 * MIB),
    ("limits", "limits", 64 * KIB),
    ("cgroup", "cgroup", 64 * KIB),
    ("mountinfo", "mountinfo", 4 * MIB),
    ("net-tcp", "net/tcp", 8 * MIB),
    ("net-tcp6", "net/tcp6", 8 * MIB),
];
