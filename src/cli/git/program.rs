//! The git executable: shown one view of a repository, with no configuration but the view's, no environment but ours, and a limit of time.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::cli::files::reason;
use crate::cli::interrupt::{self, Program, locked};

/// How long git may take for one answer.
pub const TIME_MAX: Duration = Duration::from_secs(60);
/// Most bytes of an answer that is no file.
const ANSWER_BYTES_MAX: u64 = 4 << 20;
/// Most bytes of what git says of an error.
const SAID_BYTES_MAX: u64 = 64 << 10;

/// The executable, and what it reads.
#[derive(Debug)]
pub struct Git {
    /// Its name or path.
    pub program: String,
    /// The folder it takes for the repository, and works in.
    pub view: PathBuf,
    /// The repository's objects.
    pub objects: PathBuf,
    /// How long one answer may take.
    pub time: Duration,
}

/// What git answered.
#[derive(Debug)]
pub struct Answer {
    /// Whether it succeeded.
    pub is_ok: bool,
    /// Its output.
    pub out: Vec<u8>,
    /// What it said beside it.
    pub said: String,
}

impl Git {
    /// The executable, before it is shown anything.
    pub fn new(program: &str, time: Duration) -> Git {
        Git { program: program.into(), view: PathBuf::new(), objects: PathBuf::new(), time }
    }

    /// Its answer.
    ///
    /// # Errors
    /// There is no git, or it does not end in time.
    pub fn ask(&self, arguments: &[&str]) -> Result<Answer, String> {
        self.run(arguments, Vec::new(), ANSWER_BYTES_MAX)
    }

    /// As [`Git::ask`], the words of its answer; none where git has none.
    pub fn hint(&self, arguments: &[&str]) -> String {
        let answer = self.ask(arguments).ok().filter(|answer| answer.is_ok);
        answer.map_or_else(String::new, |answer| text(&answer.out))
    }

    /// Its answer to an input, cut after `most` bytes.
    ///
    /// # Errors
    /// As [`Git::ask`].
    pub fn run(&self, arguments: &[&str], input: Vec<u8>, most: u64) -> Result<Answer, String> {
        let failed = |error: io::Error| no_git(&self.program, &error);
        let program = interrupt::start(&mut self.command(arguments)).map_err(failed)?;
        let (out, said) = {
            let mut child = locked(&program);
            if let Some(mut stdin) = child.stdin.take() {
                // Git that has ended already says so in its output.
                std::thread::spawn(move || drop(stdin.write_all(&input)));
            }
            (read(child.stdout.take(), most), read(child.stderr.take(), SAID_BYTES_MAX))
        };
        let late = || too_long(&self.program, arguments, self.time);
        let ended = self.ended(&program);
        interrupt::finished(&program);
        let status = ended.map_err(failed)?.ok_or_else(late)?;
        let bytes = |from: Receiver<io::Result<Vec<u8>>>| {
            from.recv_timeout(self.time).map_err(|_| late())?.map_err(failed)
        };
        Ok(Answer { is_ok: status.success(), out: bytes(out)?, said: text(&bytes(said)?) })
    }

    /// How the child ended; none where it did not in time, and was killed.
    fn ended(&self, program: &Program) -> io::Result<Option<ExitStatus>> {
        let (mut waited, mut pause) = (Duration::ZERO, Duration::from_millis(1));
        loop {
            if let Some(status) = locked(program).try_wait()? {
                return Ok(Some(status));
            }
            if waited >= self.time {
                let mut child = locked(program);
                child.kill()?;
                child.wait()?;
                return Ok(None);
            }
            std::thread::sleep(pause);
            waited += pause;
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--no-pager").args(arguments).current_dir(&self.view);
        // Among them are commands to run, other repositories, and what a hook sets for its own.
        for (name, _) in std::env::vars_os() {
            let upper = name.to_string_lossy().to_ascii_uppercase();
            if upper.starts_with("GIT_") && upper != "GIT_EXEC_PATH" {
                command.env_remove(name);
            }
        }
        let none = self.view.join("none");
        let paths: [(&str, &Path); 6] = [
            ("GIT_DIR", &self.view),
            ("GIT_OBJECT_DIRECTORY", &self.objects),
            ("GIT_CONFIG_GLOBAL", &none),
            ("GIT_CONFIG_SYSTEM", &none),
            ("HOME", &self.view),
            ("XDG_CONFIG_HOME", &self.view),
        ];
        let values = [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_ATTR_NOSYSTEM", "1"),
            // A commit is what was committed, not what somebody put in its place.
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            // What is missing stays missing: nothing is fetched, over no protocol.
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_ALLOW_PROTOCOL", ""),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("LC_ALL", "C"),
        ];
        command.envs(paths).envs(values);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// Reads in a thread of its own; what follows after `most` bytes is left.
fn read(from: Option<impl Read + Send + 'static>, most: u64) -> Receiver<io::Result<Vec<u8>>> {
    let (done, answer) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = from.map_or(Ok(0), |from| from.take(most).read_to_end(&mut bytes));
        drop(done.send(read.map(|_| bytes)));
    });
    answer
}

/// What git printed, without the last line break.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned()
}

/// Git itself did not start.
fn no_git(program: &str, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        return format!(
            "there is no `{program}` on the PATH, and a revision is read through it\n  \
             install git, or compare with a folder (--baseline DIR) or a stored result (--baseline result.json)"
        );
    }
    format!("cannot run `{program}`: {}", reason(error))
}

/// Git did not end.
fn too_long(program: &str, arguments: &[&str], time: Duration) -> String {
    let asked = arguments.first().unwrap_or(&"");
    format!(
        "`{program} {asked}` did not answer within {} s and was ended\n  \
         see whether the repository's files can be read: `git fsck`; or compare with a folder: --baseline DIR",
        time.as_secs_f32()
    )
}
