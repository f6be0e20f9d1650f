//! Who is at the keyboard, as far as the system knows. A claim, no proof.

use std::fs;

/// What the kernel says where nobody logged in: a cron job, a container.
const NOBODY: u32 = u32::MAX;

/// The name of the login user: the one who logged in, whoever they have become since; else the user of this process.
/// `uid N` where the system has no name for it.
pub fn login() -> String {
    let logged_in = fs::read_to_string("/proc/self/loginuid").ok();
    let logged_in = logged_in.and_then(|text| text.trim().parse().ok()).filter(|u| *u != NOBODY);
    let uid = logged_in.unwrap_or_else(|| rustix::process::getuid().as_raw());
    let users = fs::read("/etc/passwd").unwrap_or_default();
    name(&String::from_utf8_lossy(&users), uid).unwrap_or_else(|| format!("uid {uid}"))
}

/// The name of `uid` in the lines of `/etc/passwd`.
fn name(users: &str, uid: u32) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn users_have_names() {
        let users = "root:x:0:0::/root:/bin/sh\n:x:7:7::/:\nbroken\nana:x:1000:1000::/:/bin/sh\n";
        assert_eq!(name(users, 0).as_deref(), Some("root"));
        assert_eq!(name(users, 1000).as_deref(), Some("ana"));
        assert_eq!(name(users, 7), None);
        assert_eq!(name(users, 1001), None);
    }
}
