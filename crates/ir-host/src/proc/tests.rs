use std::path::{Path, PathBuf};

use ir_core::docs::LiveMethod;

use super::fixture::Tree;
use super::{CgroupMemory, CpuShare, Figure, Host, Load, Resource, Sampler};

fn said<T: std::fmt::Debug>(result: Result<T, super::Unmeasured>) -> String {
    result.unwrap_err().to_string()
}

const STAT: &str =
    "cpu  100 10 50 800 40 0 0 0 50 0\ncpu0 1 1\ncpu1 1 1\nintr 5\nbtime 1700000000\n";

fn small() -> Tree {
    Tree::of(&[
        ("proc/stat", STAT),
        (
            "proc/meminfo",
            "MemTotal:  1000 kB\nMemFree: 100 kB\nMemAvailable:    250 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
        ),
        ("proc/loadavg", "0.50 4.00 3.25 2/300 77\n"),
        ("proc/uptime", "3600.25 7000.00\n"),
        (
            "proc/pressure/cpu",
            "some avg10=12.50 avg60=1.00 avg300=0.00 total=5\nfull avg10=9.00 avg60=0 avg300=0 total=0\n",
        ),
        ("proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 1 1 1\n"),
    ])
}

#[test]
fn processors_are_busy_when_neither_idle_nor_waiting() {
    let tree = small();
    let host = tree.host();
    let before = host.cpu_times().unwrap();
    assert_eq!(before.cpus, 2);
    tree.write("proc/stat", "cpu  120 20 60 840 50 5 5 10 70 0\n");
    // user 20, nice 10, system 10, idle 40, iowait 10, irq 5, softirq 5, steal 10; guest is part of user.
    let share = host.cpu_times().unwrap().since(&before).unwrap();
    assert!((share.busy_percent - 100.0 * 60.0 / 110.0).abs() < 1e-9, "{share:?}");
    assert!((share.steal_percent - 100.0 * 10.0 / 110.0).abs() < 1e-9, "{share:?}");

    // iowait may go back, what was done may not.
    tree.write("proc/stat", "cpu  200 10 50 800 30\n");
    let share = host.cpu_times().unwrap().since(&before).unwrap();
    assert_eq!(share, CpuShare { busy_percent: 100.0, steal_percent: 0.0 });
    tree.write("proc/stat", "cpu  99 10 50 900 40\n");
    assert!(said(host.cpu_times().unwrap().since(&before)).contains("went back"));
    assert!(said(before.since(&before)).contains("did not move"));
}

#[test]
fn memory_load_uptime_and_pressure() {
    let tree = small();
    let host = tree.host();
    let memory = host.memory().unwrap();
    assert_eq!((memory.used_percent(), memory.swap_used_percent()), (75.0, None));
    tree.write(
        "proc/meminfo",
        "MemTotal: 1000 kB\nMemAvailable: 2000 kB\nSwapTotal: 400 kB\nSwapFree: 100 kB\n",
    );
    let memory = host.memory().unwrap();
    assert_eq!((memory.used_percent(), memory.swap_used_percent()), (0.0, Some(75.0)));
    assert_eq!(host.load(), Ok(Load { one: 0.5, five: 4.0, fifteen: 3.25 }));
    assert_eq!(host.uptime_s(), Ok(3600.25));
    assert_eq!(host.pressure(Resource::Cpu), Ok(12.5));
    assert!(said(host.pressure(Resource::Io)).contains("PSI"));
}

#[test]
fn garbage_and_what_is_missing_are_unmeasured() {
    let none = Tree::new();
    let host = none.host();
    assert!(said(host.cpu_times()).contains("proc/stat: No such file"));
    assert!(said(host.memory()).contains("proc/meminfo: No such file"));
    for (path, garbage) in [
        ("proc/stat", "cpu\n\u{fffd}cpu 1 2\ncpu  1 2 3\n"),
        ("proc/meminfo", "MemTotal: x kB\nMemAvailable: 5 kB\n"),
        ("proc/loadavg", "1 NaN 3"),
        ("proc/uptime", "-5"),
        ("proc/pressure/memory", "some avg10=inf"),
        ("proc/self/mountinfo", "\n1 2 3\n"),
        ("proc/self/cgroup", "garbage\n5:\n"),
        ("proc/locks", "1: POSIX\n2: POSIX ADVISORY WRITE x zz:1:2 a b\n"),
    ] {
        none.write(path, garbage);
    }
    assert!(said(host.cpu_times()).contains("no line `cpu`"));
    assert!(said(host.memory()).contains("no MemTotal:"));
    assert!(said(host.load()).contains("three numbers"));
    assert!(said(host.uptime_s()).contains("a number"));
    assert!(said(host.pressure(Resource::Memory)).contains("avg10"));
    assert!(said(host.mounts()).contains("no mounted file system"));
    assert!(said(host.cgroup_memory(1)).contains("no group"));
    assert_eq!(host.locks((8, 1), 2), Ok(vec![]));
    none.write("proc/meminfo", "MemTotal: 0 kB\n");
    assert!(said(host.memory()).contains("is 0"));
    none.write("proc/stat", vec![b'x'; 5 << 20]);
    assert!(said(host.cpu_times()).contains("longer than"));
    // Not one of the figures is there, and nothing breaks.
    let mut sampler = Sampler::new(none.host(), None, vec!["/".into()]);
    sampler.take();
    let figures = sampler.take();
    assert!(figures.len() > 8 && figures.iter().all(|f| f.value.is_err()), "{figures:#?}");
}

#[test]
fn limits_of_a_container_version_2() {
    let tree = Tree::of(&[
        ("proc/self/cgroup", "0::/pod/app\n"),
        ("sys/fs/cgroup/pod/memory.max", "400\n"),
        ("sys/fs/cgroup/pod/memory.current", "390\n"),
        ("sys/fs/cgroup/pod/memory.stat", "anon 5\ninactive_file 90\n"),
        ("sys/fs/cgroup/pod/cpu.max", "150000 100000\n"),
        ("sys/fs/cgroup/pod/cpu.stat", "usage_usec 2000000\nuser_usec 1\n"),
        ("sys/fs/cgroup/pod/app/memory.max", "max\n"),
        ("sys/fs/cgroup/pod/app/cpu.max", "max 100000\n"),
    ]);
    let host = tree.host();
    let limit = host.cgroup_memory(1000).unwrap().unwrap();
    assert_eq!(limit, CgroupMemory { limit_bytes: 400, used_bytes: 300 });
    assert_eq!(limit.used_percent(), 75.0);
    assert_eq!(host.cgroup_memory(400), Ok(None), "no less than the host has");
    let before = host.cgroup_cpu().unwrap().unwrap();
    assert_eq!((before.cpus, before.used_s), (1.5, 2.0));
    tree.write("sys/fs/cgroup/pod/cpu.stat", "usage_usec 2750000\n");
    let now = host.cgroup_cpu().unwrap().unwrap();
    assert_eq!(now.since(&before, 0.5), Some(100.0));
    assert_eq!(before.since(&now, 0.5), None, "a counter that goes back");

    // The name on the host means nothing inside.
    tree.write("proc/self/cgroup", "0::/../../elsewhere\n");
    tree.write("sys/fs/cgroup/memory.max", "200\n");
    assert!(said(host.cgroup_memory(1000)).contains("memory.current: no number"));
    tree.write("sys/fs/cgroup/memory.current", "50\n");
    assert_eq!(host.cgroup_memory(1000).unwrap().unwrap().used_percent(), 25.0);
    assert_eq!(host.cgroup_cpu(), Ok(None));
}

#[test]
fn limits_of_a_container_version_1() {
    let tree = Tree::of(&[
        ("proc/self/cgroup", "4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n0::/\n"),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "1000\n"),
        ("sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes", "900\n"),
        (
            "sys/fs/cgroup/memory/docker/x/memory.stat",
            "cache 5\ninactive_file 1\ntotal_inactive_file 400\n",
        ),
        ("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "50000\n"),
        ("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n"),
        ("sys/fs/cgroup/cpu,cpuacct/docker/x/cpuacct.usage", "3000000000\n"),
        ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n"),
    ]);
    let host = tree.host();
    assert_eq!(host.cgroup_memory(1 << 40).unwrap().unwrap().used_percent(), 50.0);
    let cpu = host.cgroup_cpu().unwrap().unwrap();
    assert_eq!((cpu.cpus, cpu.used_s), (0.5, 3.0));
}

#[test]
fn file_systems_are_told_once_and_the_profiles_first() {
    let tree = Tree::of(&[("data/app/x", ""), ("run/x", ""), ("half/x", ""), ("ro/x", "")]);
    tree.write(
        "proc/self/mountinfo",
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n\
         2 1 0:5 / /proc rw - proc proc rw\n\
         3 1 8:1 /srv /bind rw - ext4 /dev/sda1 rw\n\
         4 1 8:2 / /data rw - xfs /dev/sdb1 rw\n\
         5 1 8:2 / /data/again rw - xfs /dev/sdb1 rw\n\
         6 1 0:9 / /run rw - tmpfs tmpfs rw\n\
         7 1 0:30 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw\n\
         8 1 7:0 / /snap/core ro - squashfs /dev/loop0 ro\n\
         9 1 8:3 / /half rw - ext4 /dev/sdc1 ro,errors=remount-ro\n\
         10 1 8:4 / /ro ro - ext4 /dev/sdd1 ro\n\
         11 1 8:5 / /gone rw - ext4 /dev/sde1 rw\n",
    );
    let points = |paths: &[PathBuf]| -> Vec<(String, bool)> {
        let systems = tree.host().file_systems(paths).unwrap();
        systems.iter().map(|fs| (fs.mount.point.display().to_string(), fs.asked)).collect()
    };
    let all = |list: &[(&str, bool)]| -> Vec<(String, bool)> {
        list.iter().map(|(point, asked)| ((*point).to_owned(), *asked)).collect()
    };
    assert_eq!(
        points(&[]),
        all(&[("/", false), ("/data", false), ("/gone", false), ("/half", false), ("/ro", false)])
    );
    assert_eq!(
        points(&[tree.path("run/none/at/all"), tree.path("data/app")])[..3],
        all(&[("/data", true), ("/run", true), ("/", false)])
    );
    let systems = tree.host().file_systems(&[tree.path("ro/x")]).unwrap();
    let of = |point: &str| systems.iter().find(|fs| fs.mount.point == Path::new(point)).unwrap();
    assert!(of("/half").turned_read_only() && of("/half").is_read_only());
    assert!(!of("/ro").turned_read_only() && of("/ro").is_read_only() && of("/ro").asked);
    assert!(said(of("/gone").space.clone()).contains("gone: No such file"));

    let mut sampler = Sampler::new(tree.host(), None, vec![tree.path("ro/x")]);
    let figures = sampler.take();
    let value = |method: LiveMethod, mount: &str| {
        let is =
            |f: &&Figure| f.method == method && f.labels.get("mount").is_some_and(|m| m == mount);
        figures.iter().find(is).map(|f| f.value.clone().ok())
    };
    assert_eq!(value(LiveMethod::HostReadOnly, "/half"), Some(Some(1.0)));
    assert_eq!(value(LiveMethod::HostReadOnly, "/ro"), Some(Some(1.0)));
    assert_eq!(value(LiveMethod::HostReadOnly, "/"), Some(Some(0.0)));
    assert_eq!(value(LiveMethod::HostDisk, "/half"), None, "it cannot fill up");
    assert_eq!(value(LiveMethod::HostDisk, "/gone"), Some(None));
    assert!(value(LiveMethod::HostDisk, "/").unwrap().unwrap() > 0.0);
}

#[test]
fn locks_are_found_by_inode() {
    let tree = Tree::of(&[(
        "proc/locks",
        "1: POSIX  ADVISORY  WRITE 42 fd:00:77 1073741824 1073742335\n\
         1: -> POSIX  ADVISORY  WRITE 43 fd:00:77 1073741824 1073742335\n\
         2: POSIX  ADVISORY  READ  7 fd:00:77 5 5\n\
         3: FLOCK  ADVISORY  WRITE -1 fd:00:77 0 EOF\n\
         4: POSIX  ADVISORY  WRITE 9 fd:00:78 0 EOF\n",
    )]);
    let held = tree.host().locks((0xfd, 0), 77).unwrap();
    let short: Vec<_> = held.iter().map(|h| (h.pid, h.write, h.first)).collect();
    assert_eq!(short, [(None, true, 0), (Some(7), false, 5), (Some(42), true, 1_073_741_824)]);
}

#[test]
fn rates_need_two_moments() {
    let tree = small();
    let mut sampler = Sampler::new(tree.host(), None, vec![]);
    let cpu =
        |figures: &[Figure]| figures.iter().filter(|f| f.method == LiveMethod::HostCpu).count();
    assert_eq!(cpu(&sampler.take()), 0);
    tree.write("proc/stat", "cpu  200 10 50 900 40\ncpu0 1\ncpu1 1\n");
    let figures = sampler.take();
    assert_eq!((cpu(&figures), &figures[0].value), (1, &Ok(50.0)));
    assert!(figures[0].interval_s.unwrap() > 0.0);
    let load = figures.iter().find(|f| f.method == LiveMethod::HostLoadPerCpu).unwrap();
    assert_eq!(load.value, Ok(2.0));
}

#[test]
fn the_running_host_can_be_measured() {
    let mut sampler = Sampler::new(Host::here(), None, vec!["/".into()]);
    let figures = sampler.take();
    let memory = figures.iter().find(|f| f.method == LiveMethod::HostMemory).unwrap();
    assert!(memory.value.clone().is_ok_and(|v| (0.0..=100.0).contains(&v)), "{memory:?}");
    let disk = figures.iter().find(|f| f.method == LiveMethod::HostDisk).unwrap();
    assert_eq!(disk.labels["mount"], "/");
}
