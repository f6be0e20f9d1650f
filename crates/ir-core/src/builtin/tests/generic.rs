//! The profile of any host: what programs write, as the event that it is, and what only looks like it.

use super::the_profile;
use crate::docs::Level;
use crate::logs::{Class, Classifier, Record};

/// Program, message, and the event with its labels; an echo is `=`, no event `-`.
type Line = (&'static str, &'static str, &'static str);

fn check(level: Option<Level>, lines: &[Line]) {
    let mut classifier = Classifier::new(&the_profile("generic").doc).unwrap();
    for (program, message, want) in lines {
        let record = Record {
            level,
            program: Some(*program).filter(|program| !program.is_empty()),
            ..Record::bare(message.as_bytes())
        };
        let got = match classifier.classify("any", &record) {
            Class::Event(event) if event.echo => "=".to_owned(),
            Class::Event(event) => {
                let labels = event.labels.iter().map(|(label, value)| format!(" {label}={value}"));
                event.name + &labels.collect::<String>()
            }
            Class::Plain | Class::Ignored => "-".to_owned(),
        };
        assert_eq!(got, *want, "{program}: {message}");
    }
}

#[test]
fn what_kernels_write_of_memory_and_faults() {
    check(
        None,
        &[
            (
                "kernel",
                "Out of memory: Killed process 811 (shop) total-vm:9000kB, anon-rss:800kB",
                "out_of_memory_kill program=shop",
            ),
            (
                "kernel",
                "[  912.004512] Out of memory: Kill process 811 (Web Content) score 900 or sacrifice child",
                "out_of_memory_kill program=Web Content",
            ),
            (
                "",
                "[  912.004512][  T811] Out of memory: Killed process 811 ((sd-pam)) total-vm:9000kB",
                "out_of_memory_kill program=(sd-pam)",
            ),
            (
                "kernel",
                "Killed process 811 (shop) total-vm:9000kB, anon-rss:800kB, file-rss:0kB",
                "=",
            ),
            (
                "kernel",
                "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=shop,pid=811,uid=33",
                "=",
            ),
            ("kernel", "shop invoked oom-killer: gfp_mask=0x100cca, order=0, oom_score_adj=0", "="),
            (
                "kernel",
                "Memory cgroup out of memory: Killed process 811 (shop) total-vm:9000kB",
                "container_out_of_memory program=shop",
            ),
            (
                "systemd-oomd",
                "Killed /user.slice/shop.scope due to memory pressure for /user.slice being 63.1% > 50%",
                "out_of_memory_kill",
            ),
            ("kernel", "Kernel panic - not syncing: Fatal exception in interrupt", "kernel_panic"),
            ("kernel", "BUG: unable to handle page fault for address: ffffdead", "kernel_panic"),
            ("kernel", "Oops: 0002 [#1] PREEMPT SMP", "kernel_panic"),
            (
                "kernel",
                "watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [shop:811]",
                "kernel_stall",
            ),
            (
                "kernel",
                "INFO: task shop worker:811 blocked for more than 120 seconds.",
                "kernel_stall",
            ),
            ("kernel", "rcu: INFO: rcu_sched self-detected stall on CPU", "kernel_stall"),
            (
                "kernel",
                "shop[811]: segfault at 10 ip 000055d0 sp 00007ffc error 4 in shop[55d0+2000]",
                "segfault program=shop",
            ),
            (
                "kernel",
                "traps: shop[811] general protection fault ip:7f01 sp:7ffc error:0 in libx.so[7f00+1000]",
                "segfault program=shop",
            ),
            (
                "systemd-coredump",
                "Process 811 (shop) of user 33 dumped core.",
                "core_dump program=shop",
            ),
            (
                "kernel",
                "EDAC MC0: 1 UE memory read error on CPU_SrcID#0_MC#0 (channel:1 slot:0)",
                "hardware_failed",
            ),
            (
                "kernel",
                "mce: [Hardware Error]: CPU 2: Machine Check Exception: 5 Bank 3: be00",
                "hardware_failed",
            ),
            (
                "kernel",
                "EDAC MC0: 2 CE memory read error on CPU_SrcID#0_MC#0 (channel:1 slot:0)",
                "hardware_corrected",
            ),
            ("kernel", "mce: [Hardware Error]: Machine check events logged", "hardware_corrected"),
            (
                "kernel",
                "mce: CPU7: Package temperature above threshold, cpu clock throttled (total events = 4)",
                "overheated",
            ),
            // Who quotes it is not the kernel.
            ("shop", "Out of memory: Killed process 811 (shop) total-vm:9000kB", "-"),
            ("chat", "segfault at 10 ip 0 sp 0 error 4", "-"),
            (
                "sshd",
                "Invalid user x[1]: segfault at 10 ip 00 sp 00 error 4 from 192.0.2.7 port 22",
                "=",
            ),
            ("kernel", "audit: type=1400 comm=\"Out of memory: Killed process 811 (shop)\"", "-"),
            ("kernel", "Memory: 2010000K/2090000K available", "-"),
            ("kernel", "EDAC MC: Ver: 3.0.0", "-"),
            ("kernel", "mce: CPU7: Package temperature/speed normal", "-"),
        ],
    );
}

#[test]
fn what_kernels_write_of_disks_and_network() {
    check(
        None,
        &[
            (
                "kernel",
                "blk_update_request: I/O error, dev sdb, sector 2048 op 0x0:(READ) flags 0x0",
                "io_error device=sdb",
            ),
            (
                "kernel",
                "I/O error, dev nvme0n1, sector 2048 op 0x1:(WRITE)",
                "io_error device=nvme0n1",
            ),
            (
                "kernel",
                "critical medium error, dev sdb, sector 2048 op 0x0:(READ)",
                "io_error device=sdb",
            ),
            (
                "kernel",
                "Buffer I/O error on dev sdb1, logical block 0, async page read",
                "io_error device=sdb1",
            ),
            ("kernel", "nvme nvme0: I/O 12 QID 4 timeout, aborting", "io_error device=nvme0"),
            ("kernel", "ata2.00: failed command: READ FPDMA QUEUED", "io_error device=ata2"),
            (
                "kernel",
                "md/raid1:md0: Disk failure on sdb1, disabling device.",
                "io_error device=md0",
            ),
            ("kernel", "blk_update_request: I/O error, dev fd0, sector 0 op 0x0:(READ)", "="),
            ("kernel", "Buffer I/O error on dev sr0, logical block 0, async page read", "="),
            (
                "kernel",
                "EXT4-fs error (device sdb1): ext4_find_entry:1455: inode #2: comm ls: reading directory",
                "file_system_error device=sdb1",
            ),
            (
                "kernel",
                "XFS (dm-0): Metadata corruption detected at xfs_agi_verify",
                "file_system_error device=dm-0",
            ),
            (
                "kernel",
                "BTRFS warning (device sdb1): csum failed root 5 ino 257 off 0",
                "file_system_error device=sdb1",
            ),
            (
                "kernel",
                "EXT4-fs (sdb1): Remounting filesystem read-only",
                "read_only_remount device=sdb1",
            ),
            (
                "kernel",
                "XFS (dm-0): Corruption of in-memory data detected.  Shutting down filesystem",
                "file_system_error device=dm-0",
            ),
            (
                "kernel",
                "XFS (dm-0): Filesystem has been shut down due to log error (0x2).",
                "read_only_remount device=dm-0",
            ),
            ("kernel", "EXT4-fs (sdb1): mounted filesystem with ordered data mode", "-"),
            ("kernel", "EXT4-fs (sdb1): re-mounted. Opts: errors=remount-ro", "-"),
            (
                "smartd",
                "Device: /dev/sdb [SAT], 8 Currently unreadable (pending) sectors",
                "disk_failing device=/dev/sdb",
            ),
            (
                "smartd",
                "Device: /dev/sdb [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from 60 to 61",
                "-",
            ),
            ("kernel", "e1000e: eth0 NIC Link is Down", "link_down interface=eth0"),
            ("kernel", "e1000e 0000:00:1f.6 eno1: NIC Link is Down", "link_down interface=eno1"),
            (
                "kernel",
                "r8169 0000:01:00.0 enp1s0: Link is Up - 1Gbps/Full - flow control off",
                "link_up interface=enp1s0",
            ),
            (
                "kernel",
                "igb 0000:04:00.0 eth1: igb: eth1 NIC Link is Up 1000 Mbps Full Duplex",
                "link_up interface=eth1",
            ),
            ("kernel", "mlx5_core 0000:3b:00.0 ens1f0: Link down", "link_down interface=ens1f0"),
            ("kernel", "ata2: SATA link down (SStatus 0 SControl 300)", "-"),
            (
                "kernel",
                "nfs: server files01 not responding, still trying",
                "nfs_hangs server=files01",
            ),
            ("kernel", "nfs: server files01 OK", "nfs_answers server=files01"),
            (
                "kernel",
                "nf_conntrack: nf_conntrack: table full, dropping packet",
                "connections_dropped",
            ),
            (
                "kernel",
                "cgroup: fork rejected by pids controller in /system.slice/shop.service",
                "process_limit group=/system.slice/shop.service",
            ),
            ("chronyd", "System clock was stepped by -3600.118273 seconds", "clock_jumped"),
            ("chronyd", "System clock was stepped by 1.118273 seconds", "-"),
            ("ntpd", "time reset +42.118273 s", "clock_jumped"),
        ],
    );
}

#[test]
fn what_service_managers_write() {
    check(
        Some(Level::Warning),
        &[
            (
                "systemd",
                "shop.service: Failed with result 'exit-code'.",
                "unit_failed unit=shop.service",
            ),
            (
                "systemd",
                r"mnt-data\x2done.mount: Failed with result 'timeout'.",
                r"unit_failed unit=mnt-data\x2done.mount",
            ),
            ("systemd", "Unit shop.service entered failed state.", "unit_failed unit=shop.service"),
            ("systemd", "shop.service: Unit entered failed state.", "="),
            ("systemd", "shop.service: Main process exited, code=exited, status=1/FAILURE", "="),
            ("systemd", "Failed to start shop.service - The shop.", "="),
            (
                "systemd",
                "shop.service: Start request repeated too quickly.",
                "unit_gave_up unit=shop.service",
            ),
            (
                "systemd",
                "shop.service: Scheduled restart job, restart counter is at 3.",
                "unit_started unit=shop.service",
            ),
            ("systemd", "Started shop.service - The shop.", "unit_started unit=shop.service"),
            ("systemd", "Started The shop.", "-"),
            ("shop", "shop.service: Failed with result 'exit-code'.", "-"),
            (
                "kubelet",
                "E0105 10:00:00.123456    1234 pod_workers.go:1298] \"Error syncing pod, skipping\" err=\"failed to \\\"StartContainer\\\" for \\\"shop\\\" with CrashLoopBackOff: \\\"back-off 5m0s\\\"\" pod=\"web/shop-1\"",
                "pod_crash_loop pod=web/shop-1",
            ),
        ],
    );
}

#[test]
fn a_name_that_somebody_tries_forges_no_address_and_no_other_event() {
    check(
        None,
        &[
            (
                "sshd",
                "Failed password for root from 192.0.2.7 port 40022 ssh2",
                "login_failed address=192.0.2.7",
            ),
            (
                "sshd-session",
                "Failed password for invalid user ann from 2001:db8::7 port 40022 ssh2",
                "login_failed address=2001:db8::7",
            ),
            (
                "sshd",
                "Failed password for invalid user a from 198.51.100.1 port 1 ssh2 from 192.0.2.7 port 40022 ssh2",
                "login_failed address=192.0.2.7",
            ),
            (
                "sshd",
                "message repeated 3 times: [ Failed password for root from 192.0.2.7 port 40022 ssh2]",
                "login_failed address=192.0.2.7",
            ),
            (
                "sshd",
                "Failed publickey for ann from 192.0.2.7 port 40022 ssh2: ED25519 SHA256:abc",
                "=",
            ),
            (
                "sshd",
                "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root",
                "=",
            ),
            (
                "sshd(pam_unix)",
                "authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=host.example user=root",
                "login_failed address=host.example",
            ),
            (
                "su",
                "pam_unix(su:auth): authentication failure; logname=ann uid=1000 euid=0 tty=/dev/pts/1 ruser=ann rhost=  user=root",
                "login_failed address=",
            ),
            ("su", "FAILED SU (to root) ann on pts/1", "="),
            (
                "sudo",
                "ann : 3 incorrect password attempts ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
                "=",
            ),
            (
                "sudo",
                "ann : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
                "sudo_refused user=ann",
            ),
            (
                "sudo",
                "ann : TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/echo x : user NOT in sudoers ; ",
                "-",
            ),
            (
                "postfix/smtpd",
                "warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
                "login_failed address=192.0.2.7",
            ),
            (
                "dovecot",
                "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<x>, method=PLAIN, rip=198.51.100.1, lip=x>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, TLS",
                "login_failed address=192.0.2.7",
            ),
            (
                "httpd",
                "192.0.2.7 - - \"GET /?q=Failed password for root from 198.51.100.1 port 1 ssh2\" 404",
                "-",
            ),
            ("sshd", "Accepted password for ann from 192.0.2.7 port 40022 ssh2", "-"),
        ],
    );
    let error = |message, want| check(Some(Level::Error), &[("httpd", message, want)]);
    error(
        "[client 192.0.2.7:5000] AH00128: File does not exist: /srv/www/write: No space left on device",
        "error",
    );
    error("[pid 12] [client 192.0.2.7:5000] open: Too many open files", "error");
}

#[test]
fn what_the_system_refuses_stands_at_the_end_of_an_error() {
    let full: &[Line] = &[
        ("", "could not extend file \"base/1/2\": No space left on device", "file_system_full"),
        ("", "OSError: [Errno 28] No space left on device: '/srv/shop/a.log'", "file_system_full"),
        ("", "java.io.IOException: No space left on device", "file_system_full"),
        ("", "(28)No space left on device: AH00023: Couldn't create the mutex", "error"),
        ("", "failed to write /srv/a: no space left on device", "file_system_full"),
        (
            "",
            "sqlite3.OperationalError: attempt to write: Read-only file system",
            "read_only_file_system",
        ),
        ("", "java.net.SocketException: socket open: Too many open files", "files_exhausted"),
        (
            "",
            "[MY-012145] [InnoDB] Database page corruption on disk or a failed file read of page 3.",
            "database_damaged",
        ),
        ("", "DatabaseError: database disk image is malformed", "database_damaged"),
        ("", "a customer wrote: my phone says no space left on device, what now?", "error"),
        ("", "unknown user: \"cp: cannot create: No space left on device\"", "error"),
        (
            "sshd",
            "PAM: Authentication failure for illegal user write: No space left on device from 192.0.2.7",
            "=",
        ),
    ];
    check(Some(Level::Error), full);
    let bare: &[Line] = &[
        ("", "cp: error writing '/srv/a': No space left on device", "file_system_full"),
        ("tar", "/srv/a: Cannot write: No space left on device", "file_system_full"),
        (
            "dockerd",
            "time=\"2026-01-05T10:00:00Z\" level=error msg=\"write /var/lib/docker/tmp/a: no space left on device\"",
            "file_system_full",
        ),
        (
            "dockerd",
            "time=\"2026-01-05T10:00:00Z\" level=info msg=\"hint: no space left on device\"",
            "-",
        ),
        (
            "rsyslogd",
            "file '/var/log/syslog'[7] write error - see https://example.org for help OS error: No space left on device [v8.2302.0]",
            "file_system_full",
        ),
        ("", "touch: cannot touch '/srv/a': Read-only file system", "read_only_file_system"),
        ("", "someone said: No space left on device", "-"),
        ("", "Processing input: error: No space left on device?", "-"),
        ("postgres", "FATAL:  sorry, too many clients already", "connections_exhausted"),
    ];
    check(None, bare);
    check(Some(Level::Info), bare);
    let nginx = "12#12: *7 pwrite() \"/var/cache/nginx/1/0a\" failed (28: No space left on device) while reading upstream, client: 192.0.2.7";
    check(Some(Level::Critical), &[("", nginx, "file_system_full")]);
    let forged = "12#12: *7 open() \"/srv/www/x\" failed (28: No space left on device)\" failed (2: No such file or directory)";
    check(Some(Level::Error), &[("", forged, "error")]);
}

#[test]
fn programs_that_give_up_say_so_first() {
    check(
        None,
        &[
            (
                "shop",
                "panic: runtime error: index out of range [5] with length 3",
                "program_panicked",
            ),
            ("shop", "thread 'main' (812) panicked at src/main.rs:5:10:", "program_panicked"),
            (
                "shop",
                "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space",
                "program_panicked",
            ),
            ("shop", "Traceback (most recent call last):", "program_panicked"),
            (
                "shop",
                "terminate called after throwing an instance of 'std::bad_alloc'",
                "program_panicked",
            ),
            ("shop", "*** stack smashing detected ***: terminated", "program_panicked"),
            ("shop", "the user wrote panic: do not", "-"),
        ],
    );
}
