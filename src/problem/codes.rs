//! Every code with its meaning. A code once given out never changes its meaning.
//!
//! E01 shape · E02 names and references · E03 quantities and times · E04 limits of the product · E05 promises ·
//! W02 coverage, control plane, networks · W03 sizes and times that disappoint · W04 the product's advice.
//! What only the design as a whole shows stands in the files of `codes/`.

use super::{Severity, closest};

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `E0201`: stable for ever.
    pub id: &'static str,
    /// The kind in a few words.
    pub title: &'static str,
    /// Why it matters for recovery; one sentence.
    pub why: &'static str,
    /// The usual remedy; one sentence.
    pub remedy: &'static str,
    /// The long explanation of `drsim explain`.
    pub explain: &'static str,
}

impl Code {
    /// Error or warning.
    pub fn severity(&self) -> Severity {
        if self.id.starts_with('E') { Severity::Error } else { Severity::Warning }
    }
}

/// The code called `id`, in any case.
///
/// # Errors
/// The codes that may have been meant.
pub fn find(id: &str) -> Result<&'static Code, Vec<&'static Code>> {
    let upper = id.trim().to_uppercase();
    if let Some(code) = ALL.iter().find(|code| code.id == upper) {
        return Ok(code);
    }
    let near = closest(&upper, ALL.iter().map(|code| code.id));
    let same_digits =
        |code: &&&Code| upper.len() > 1 && code.id[1..].ends_with(upper[1..].trim_start_matches('0'));
    let mut meant: Vec<&'static Code> =
        ALL.iter().filter(|code| upper.is_ascii() && same_digits(code)).copied().collect();
    meant.extend(
        ALL.iter()
            .filter(|code| Some(code.id) == near && !meant.contains(*code))
            .copied()
            .collect::<Vec<_>>(),
    );
    Err(meant)
}

macro_rules! codes {
    ($($name:ident $id:literal $title:literal why $why:literal fix $remedy:literal more $explain:literal)*) => {
        $(#[doc = $title] pub static $name: Code =
            Code { id: $id, title: $title, why: $why, remedy: $remedy, explain: $explain };)*
        /// The codes of this file, by id.
        pub(super) static LIST: &[&Code] = &[$(&$name),*];
    };
}

mod advice;
mod coverage;
mod promises;
mod refusals;
mod sizes;

pub use advice::*;
pub use coverage::*;
pub use promises::*;
pub use refusals::*;
pub use sizes::*;

/// All codes, by id.
pub static ALL: &[&Code] = &SORTED;

static LISTS: [&[&Code]; 6] =
    [LIST, promises::LIST, refusals::LIST, coverage::LIST, sizes::LIST, advice::LIST];

const COUNT: usize = {
    let (mut list, mut count) = (0, 0);
    while list < LISTS.len() {
        count += LISTS[list].len();
        list += 1;
    }
    count
};

/// Sorted when compiled, by insertion.
static SORTED: [&Code; COUNT] = {
    let (mut all, mut count, mut list) = ([&SYNTAX; COUNT], 0, 0);
    while list < LISTS.len() {
        let mut row = 0;
        while row < LISTS[list].len() {
            let code = LISTS[list][row];
            let mut at = count;
            while at > 0 && is_before(code.id.as_bytes(), all[at - 1].id.as_bytes()) {
                all[at] = all[at - 1];
                at -= 1;
            }
            all[at] = code;
            count += 1;
            row += 1;
        }
        list += 1;
    }
    all
};

/// Whether one id sorts before another; all are of one length.
const fn is_before(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return one[at] < other[at];
        }
        at += 1;
    }
    false
}

codes! {
    SYNTAX "E0101" "the file cannot be read as RON"
        why "nothing can be said about a scenario that cannot be read"
        fix "look just before the caret: a comma, a quote or a bracket is missing"
        more "A scenario is RON: `(field: value, …)` for an entry, `[ … ]` for a list, `\"…\"` for a text, `//` for a comment. JSON with the same fields is read too when the file ends in .json."
    NOT_UTF8 "E0102" "the file is not UTF-8 text"
        why "names could not be compared or printed"
        fix "save the file as UTF-8"
        more "Files are read as UTF-8, with or without byte-order mark. Windows editors may save UTF-16 or a code page; choose UTF-8 when saving."
    TOO_LARGE "E0103" "the scenario's text is too large"
        why ""
        fix "use a template with `count` instead of single entries, and series files for measurements"
        more "All files of a scenario together may have 64 MiB of text. Ten thousand VMs written one by one take about 2 MB; a fleet is better written as a template with `count: 10000`. Measurements belong into series files, which do not count."
    UNREADABLE "E0104" "a file cannot be opened"
        why "the scenario would be incomplete"
        fix "paths are relative to the file that names them"
        more "A file named on the command line, in `include` or in `series` does not exist or may not be read. Relative paths start at the directory of the file in which they are written."
    INCLUDE_CYCLE "E0105" "files include each other"
        why ""
        fix "remove one of the includes"
        more "A file may be included once or several times, but not by itself, directly or through others."
    SCHEMA "E0106" "the schema version is missing or unknown"
        why "a version read by guess could mean something else"
        fix "write `schema: 1` as the first field of the main file"
        more "Every main file starts with `schema: 1`, the version of the scenario language, so that an old file is never silently read with new meanings."
    TOO_DEEP "E0107" "brackets are nested too deeply"
        why ""
        fix "no scenario needs more than ten levels; look for brackets that are never closed"
        more "The parser accepts 128 levels of brackets."
    UNKNOWN_FIELD "E0108" "a field that does not exist"
        why "a mistyped field would silently fall back to its default"
        fix "see `drsim init` for a commented scenario with the fields"
        more "Fields are checked by name in every entry. A field that is unknown is never ignored: what you meant to set would have its default, and the result would be wrong without a sign."
    MISSING_FIELD "E0109" "a required field is missing"
        why "there is no default that would be honest"
        fix "add the field"
        more "Fields with a sensible default may be left out (`drsim check --defaults` lists them); this one has none."
    WRONG_TYPE "E0110" "a value of the wrong kind"
        why ""
        fix "write it in the form that is wanted: a text in quotes, a number, a list in [ ] or an entry in ( )"
        more "A text was expected where a list stands, or the like. Quantities are texts with a unit: \"5m\", \"200 Mbps\", \"2 TB\"."
    DUPLICATE_FIELD "E0111" "a field is given twice"
        why "one of the two values would silently win"
        fix "remove one of them"
        more "Each field of an entry may stand once."
    TOO_MANY "E0112" "too many entries"
        why ""
        fix "split the estate into several scenarios"
        more "A scenario may have 100,000 virtual machines after templates are expanded, and a limited number of bursts, hours and calendar edges, so that memory stays bounded."
    CHOICE "E0113" "not one of the choices"
        why ""
        fix "take one of the listed choices"
        more "The field accepts a few words only; the message lists them."
    ONE_KIND "E0114" "an entry needs exactly one kind"
        why ""
        fix "write one of the kinds, each in its own entry"
        more "A fault is one of site, domain, host, volume, link, vmm, recovery_service, people, broker, contents or replication; an operation is one act; a churn layer is one of constant, profile, trace, window or bursts; an action is a script or manual. Write several entries for several of them."
    OUTSIDE "E0115" "a file lies outside of the scenario's folder"
        why "a scenario of a stranger could name any file of this machine"
        fix "move it into the folder of the main file, or allow it: --allow-include PATH"
        more "What `include` and `series` name is read from the folder of the main file and those below it, links followed, and from no other place: a scenario may come from a stranger, and the machine that checks it has files of its own. Each `--allow-include PATH` allows one more file or folder. Of a git revision paths count within the repository."
    NO_SCENARIO "E0116" "a file is no scenario"
        why "what is in it may be meant for nobody's eyes"
        fix "name a file that has sections of a scenario, such as `sites` or `hosts`"
        more "At the top of each file stands a section of a scenario, or `schema`, `include` or `recovery_service`. A file that has none of them is something else, and no line of it is shown. An empty file of a scenario is `()`."
    NO_PATH "E0117" "an include names no scenario file"
        why "sections would silently be missing"
        fix "write the path of a file that ends in .ron or .json, relative to this one: \"common/sites.ron\""
        more "`include` is a list of paths, or one path. What is included is a scenario's file, and ends in .ron or .json."
    TOO_MANY_FILES "E0118" "too many files, or too deep an include"
        why "a scenario made by a program may include without end"
        fix "join files: templates with `count` and patterns make most lists short"
        more "A scenario may consist of 2000 files, and 64 of them may include each other in a row."
    CHAIN_TOO_LONG "E0119" "a chain of too many entries"
        why "what follows from each of them would be followed through all the others, for hours"
        fix "let applications depend on what they need themselves, not on all before them"
        more "At most 100 applications may depend on each other in a row, and as many fault domains lie within each other."

    UNKNOWN_NAME "E0201" "a name that nothing bears"
        why "what it should refer to would be left out of the recovery"
        fix "check the spelling, or add the entry"
        more "Every reference is looked up in its section by its exact name, case included."
    DUPLICATE_NAME "E0202" "two entries with one name"
        why "a reference would not say which of them is meant"
        fix "rename one of them"
        more "Names are unique within their section, after templates are expanded and over all included files."
    DEPENDENCY_CYCLE "E0203" "applications depend on each other in a circle"
        why "none of them could ever be brought into service first"
        fix "remove the weakest of these dependencies: something must be able to start alone"
        more "An application is in service once all it depends on is. In a circle each waits for the next, for ever; the message prints the circle. Often one direction is a run-time wish (a web page that shows a report), not needed to start."
    DOMAIN_CYCLE "E0204" "fault domains contain each other"
        why ""
        fix "`within` names the larger domain: room within building within campus"
        more "Fault domains form a tree through `within`. The message prints the circle."
    NO_MATCH "E0205" "a pattern that matches nothing"
        why "what it should select would be left out of the recovery"
        fix "`*` stands for any characters; check the rest of the pattern"
        more "Names of VMs and hosts may be selected with `*`. A pattern that selects nothing is an error: it is nearly always a typing mistake, and the VMs meant would be unprotected."
    PROTECTED_TWICE "E0206" "a VM is protected twice"
        why "a VM has one replica and one copy frequency"
        fix "name the VM in one entry only; an exact name wins over a pattern"
        more "Hyper-V Replica keeps one relationship per VM. An entry that names the VM exactly wins over entries that select it with `*`; two of one kind conflict."
    OUTSIDE_CLOUD "E0207" "a VM does not run in the cloud that protects it"
        why "Site Recovery protects the VMs of a cloud's hosts only"
        fix "put the VM's host into the cloud, or protect it from its own cloud"
        more "Protection pairs a source cloud with a target cloud. A VM belongs to the cloud that its host belongs to; the replica is placed on a host of the target cloud."
    VOLUME_UNCLEAR "E0208" "the volume is not determined"
        why "change logs fill the volume of their disk: which one decides about the tolerance of an outage"
        fix "name the volume"
        more "A disk lies on a volume of its VM's host, a replica on a volume of its replica host. Where the host has one volume it need not be named."
    NO_ROOM "E0209" "no volume has room for the replica"
        why "replication could not even be enabled"
        fix "enlarge a volume at the target, exclude disks (`replicate: false`), or place by hand"
        more "Replicas are placed on the target cloud's host with the least startup memory allocated, then by name, on the volume with the most free space. The replicated disks of the VM must fit into one volume, beside what stands there while the replica does: a replica stands from when its protection is enabled until it is deleted."
    TWO_GROUPS "E0210" "a VM stands twice in one plan"
        why "it would be started twice"
        fix "leave it in one group"
        more "A VM belongs to one group of a plan (fact 5.2); it may be in several plans."
    COLUMN "E0211" "the series has no such column"
        why "the VM would have no churn at all"
        fix "name one of the columns"
        more "A trace takes one column of a series file; by default the one with the VM's name."
    PATH "E0212" "the path of --set leads nowhere"
        why "the what-if would be the same as the original"
        fix "write section.entry.field, as in links.wan.rate"
        more "A path is a top-level field (seed), or a section, the name of an entry and a field, and further fields, names or list positions: vms.sql-1.disks.data.size, links.wan.throttle.0.rate."

    TWO_CLUSTERS "E0260" "a host is a node of two clusters"
        why "a crash would be answered by two clusters"
        fix "leave it in one of them"
        more "A host stands in at most one failover cluster. Its own volumes stay its own; those written with `cluster: true` are the cluster's."
    OTHER_SITE "E0261" "something stands at another site than it must"
        why "clusters and live migration do not reach across sites; failover does"
        fix "name a host of the same site"
        more "All nodes of a cluster stand at the cluster's site, the hosts of a clustered VMM server at its site, and a VM migrates between hosts of one site. Between sites a VM is moved by a planned failover."
    NO_CLUSTER "E0262" "a shared volume without a cluster"
        why "nobody could share it"
        fix "make its host a node of a cluster, or leave out `cluster: true`"
        more "A volume with `cluster: true` is reached from every node of its host's cluster and survives that host. The host must therefore be named in the `nodes` of a cluster."
    CLOUD_PAIRS "E0263" "a cloud in two pairs"
        why "the second pair could not be made in the product"
        fix "pair each cloud with one other cloud; make a cloud of its own for other hosts"
        more "A cloud can be in only one pair, as primary or as target (fact 6.3). Both directions between the same two clouds are one pair. Entries with `orchestrated: false` are plain Hyper-V Replica and make no pair."
    NO_NETWORK "E0264" "no suitable host: none reaches the mapped network"
        why "the product refuses to enable protection: the replica could never be connected"
        fix "give a host of the target cloud, and the cloud, the logical network, or map to another network"
        more "A replica goes to a host of the target cloud that reaches the logical network of the network its own is mapped to (fact 6.8), and the cloud must offer that logical network (fact 6.17). Left out, `logical_networks` of hosts and clouds means all."
    NO_CAPACITY "E0265" "no suitable host: the target cloud's capacity is used up"
        why "the product refuses to enable protection"
        fix "raise the cloud's capacity, or protect less"
        more "A cloud may limit virtual cores, memory, storage and the number of VMs (fact 6.25). The VMs that run on its hosts count, and so does each replica with all that its VM needs, from when its protection is enabled until it is deleted."
    NO_BROKER "E0266" "the target cluster has no replica broker"
        why "nobody would say which node takes the replica: protection cannot be enabled"
        fix "configure a Hyper-V Replica Broker (`broker: true`), or use hosts outside of that cluster"
        more "Replication to a cluster goes through its Hyper-V Replica Broker (fact 6.6). It is not created by itself on a 2012 cluster with static addresses (S14): it must then be made by hand."
    NEVER_PROTECTED "E0267" "an operation on a VM that is never protected"
        why "the product would refuse it: there is no replica"
        fix "add the VM to an entry of `protection`, or take it out of the operation"
        more "Operations on replication and failovers need a relationship, which an entry of `protection` makes, before the run or at its `enabled`. A pattern takes the protected VMs only, and must find at least one; so must a plan."
    NOT_ORCHESTRATED "E0268" "Site Recovery does not run this relationship"
        why "the VM is not in the vault, and no plan or job can move it"
        fix "use `fail_over_by_hand`, or leave out `orchestrated: false`"
        more "A VM with `orchestrated: false` is replicated by plain Hyper-V Replica, as the VMM server's own VM must be where one server manages both sites (S24). It is failed over by hand, in Hyper-V Manager (S26)."

    QUANTITY "E0301" "a quantity that cannot be read"
        why "bits for bytes are a factor of 8, and Mi for M 5 %: a guess would be a wrong answer"
        fix "write the number with its unit"
        more "Quantities are texts: sizes \"2 TB\" (10^12 bytes) or \"2 TiB\" (2^40), rates \"200 Mbps\" (bits) or \"25 MB/s\" (bytes), durations \"5m\", \"1h30m\", shares \"95 %\". Upper and lower case count."
    INSTANT "E0302" "a point in time that cannot be read"
        why ""
        fix "write \"2026-03-03T14:05[Europe/Berlin]\", \"Tue 14:05\" or an offset from the start, \"1d14h5m\""
        more "Three forms: a zoned date and time; a weekday and time (the first such instant of the run, in the start's zone); a span after the start of the run."
    LOCAL_TIME "E0303" "a local time that is ambiguous or does not exist"
        why "an hour's difference in the instant of an outage is an hour's difference in the data lost"
        fix "add the offset"
        more "When clocks go back an hour happens twice; when they go forward one is missing. Write the offset: \"2026-10-25T02:30+01:00[Europe/Berlin]\". In recurring windows a missing edge is moved forward and of a double one the first counts."
    ZONE "E0304" "an unknown time zone"
        why ""
        fix "write an IANA name such as \"Europe/Berlin\" or \"UTC\""
        more "Zones come from the IANA data inside the program, so that a scenario means the same everywhere."
    FREQUENCY "E0305" "a copy frequency that the product does not have"
        why "the promise would be made on a policy that cannot be configured"
        fix "write \"30s\", \"5m\" or \"15m\", or `technology: \"generic\"`"
        more "Hyper-V Replica copies every 30 seconds, 5 minutes or 15 minutes (fact 1.1). Other intervals are accepted for technology \"generic\"."
    RANGE "E0306" "a value outside its range"
        why ""
        fix "change it, or what it is compared with"
        more "The value is readable but cannot be meant; the message names the range. Whatever its field, a size may be 1000 PB at most, a rate 1 PB/s and a duration 36525 days (model §2)."
    SERIES_GAP "E0307" "a trace does not cover the run"
        why "churn that is silently zero makes every recovery point look young"
        fix "say what to assume with `gap` and `after_end`"
        more "A measured series with a hole, or shorter than the run, needs a decision: \"zero\", \"hold\" (the last value) or for the end \"repeat\" (from the start). The default is \"error\"."
    SERIES "E0308" "a series file cannot be read"
        why ""
        fix "make it again with `drsim import`"
        more "Series files are written by `drsim import` from measured churn."
    DISTRIBUTION "E0309" "a distribution that cannot be read"
        why ""
        fix "write \"uniform A to B\", \"log-uniform A to B\", \"lognormal median A sigma 1.5\", \"exponential mean A\" or \"one of A | B | C\""
        more "Quantities of VMs may be drawn: from the scenario's seed, the field and the VM's name, so that another VM changes nothing."
    TOTAL "E0310" "more data than a run can count"
        why "sums of it would not fit the numbers that a run counts with"
        fix "look for a unit that is too large, or for a VM, volume or rate that is not meant"
        more "A run counts bytes in 64 bits. So that no sum of it can pass them, everything of a kind may come to 10^18 bytes (1000 PB): the disks of all VMs with what they grow to, their memory, what they write in the run, and the memory of hosts, the volumes, and the capacities of clouds that are not `unlimited`. A single value is held to the same (model §2)."

    PLAN_SIZE "E0401" "a recovery plan with too many VMs"
        why "the plan could not be created in the product"
        fix "split the plan"
        more "A recovery plan holds at most 100 protected instances (fact 5.1)."
    PLAN_GROUPS "E0402" "a recovery plan with too many groups"
        why "the plan could not be created in the product"
        fix "merge groups"
        more "A recovery plan has at most 7 groups (fact 5.3)."

    POINTS "E0460" "more recovery points than the product keeps"
        why "the age that a restore relies on would not be there"
        fix "keep at most 24, on Windows Server 2012 at most 16"
        more "Beside the latest, one point an hour is kept: 0 to 24, on hosts of Windows Server 2012 up to 16 (fact 2.1)."
    APP_CONSISTENT "E0461" "a frequency of app-consistent points that the product refuses"
        why "there would be no app-consistent point to restore a database from"
        fix "write 1 to 12 whole hours, less than the number of recovery points"
        more "App-consistent points are taken every 1 to 12 hours, need additional recovery points, and the number of hours must be smaller than the number of points (fact 2.4, S51): every 4 h needs at least 5 points."
    OLD_HOST "E0462" "a frequency that Windows Server 2012 does not have"
        why "such a host copies every 5 minutes whatever the policy says: the promise would not hold"
        fix "use a policy of \"5m\" for it, or hosts of 2012 R2"
        more "30 seconds and 15 minutes came with Windows Server 2012 R2; hosts of 2012 always copy every 5 minutes (fact 1.2). Both the VM's host and the replica's count."
    COPY_DELAY "E0463" "the first copy is scheduled too far ahead"
        why "the job would be refused, and the VM would stay without a recovery point"
        fix "schedule it earlier, or enable protection later"
        more "Site Recovery starts a first copy at most 24 hours after protection is enabled, plain Hyper-V Replica at most 7 days (fact 3.2)."
    SHARE_ON_HOST "E0464" "the share for offline media is on a Hyper-V host"
        why "the export would fail: a share on a Hyper-V host is a loopback"
        fix "use a share on another machine, and leave out `share_on`"
        more "Shares for the export and import of a first copy must not be on a Hyper-V host (fact 3.9)."
    SINGLE_VMM_OFFLINE "E0465" "a first copy on media under a single VMM server"
        why "the product refuses it"
        fix "copy over the network: `initial: (network: \"now\")`"
        more "Where one VMM server manages the source and the target cloud, the first copy must go over the network (fact 3.14, S22)."
    SHRINK "E0466" "a disk that would shrink"
        why "recovery points older than the change could not be used any more"
        fix "name a size that is not less than before"
        more "Growing a disk keeps older points usable, shrinking makes failovers to them fail (fact 2.13); this language has growth only."
    RESYNC_AHEAD "E0467" "a resynchronisation scheduled too far ahead"
        why "the job would be refused, and the replica would stay frozen"
        fix "start it at most 7 days after it is asked for"
        more "A manual resynchronisation can be scheduled up to 7 days ahead (fact 1.28)."
    TEST_NETWORK "E0468" "a test network that cannot take the replica"
        why "the test failover would be refused on the day of the exercise"
        fix "test with network \"none\" or \"created\", or a network that is isolated as the replica's"
        more "Two combinations are refused (fact 4.29): a replica with DHCP on a VLAN in a virtualised test network, which has no address pool for it; and a replica on a network without isolation in a virtualised test network, for it has no subnets."

    UNMAPPED "W0201" "a VM network without mapping"
        why "after a failover the VM runs but is connected to nothing: running, isolated"
        fix "add it to network_mappings"
        more "After a failover a VM joins the network that its own is mapped to (fact 6.15). Mappings have a direction: failing back needs the other one. Without one the VM starts without connection."
    NO_PLAN "W0202" "replicated, but in no recovery plan"
        why "nobody will start it: its replica waits until somebody remembers"
        fix "put it into a group of a plan"
        more "A replica is started by a failover only. A VM outside of every plan has to be failed over by hand, one by one, under stress."
    NO_APPLICATION "W0203" "replicated, but part of no application"
        why "no objective says whether its recovery was good enough"
        fix "name it in an application, or stop replicating it"
        more "Objectives belong to applications. A VM in none costs bandwidth and is judged by nothing."
    NO_OBJECTIVE "W0204" "an application without objective"
        why "no result could be called good or bad"
        fix "give it an `rpo` and an `rto`"
        more "Without objectives a run still reports actual ages and times, but no verdict."
    VMM_FAILS_TOO "W0205" "the plan's control plane fails together with the site"
        why "nobody can start the plan: recovery is by hand, VM by VM"
        fix "run a VMM server at the recovery site that manages the target cloud"
        more "A recovery plan is run by the VMM server at the recovery side (facts 5.9, 6.11, 6.12). When the outage takes that server too, replication state is intact but orchestration is gone, and people fail VMs over in Hyper-V Manager."
    SHARED_FATE "W0206" "primary and replica share a fault domain"
        why "one event can take both copies"
        fix "place the replica outside of the domain"
        more "Fault domains are whatever fails as one: a campus, a power feed, a provider. A domain that holds the VM's host or volume and the replica's alike can take both."
    NOT_REPLICATED "W0207" "an application needs a VM that is not replicated"
        why "the application cannot be recovered at the other site"
        fix "protect the VM"
        more "An application is in service when all its VMs are. One that has no replica at the target stays down until its own site is repaired. VMs whose application has no VM replicated at all are not reported."
    HOST_TOO_SMALL "W0301" "the replica host is too small for the VM"
        why "the VM will not start there: a replica must pass admission with its startup memory"
        fix "place the replica on a larger host, add memory, or shrink the VM"
        more "A VM starts only if its startup memory fits beside the host's reserve (fact 9.6), it has no more virtual processors than the host has logical ones, and `vcpu_per_core` of the host, if set, has room for them. This compares a single VM with an empty host; W0330 compares all VMs of a plan."
    OBJECTIVE_TOO_TIGHT "W0302" "the recovery point objective is not above the copy frequency"
        why "age is a saw-tooth from X to X + T, X being the transfer: with T at the objective it is missed in every cycle"
        fix "copy more often, or accept an objective of at least two intervals"
        more "Copy frequency is not RPO. The newest applied point ages from X to X + T between two arrivals, where T is the copy frequency and X the time to send and apply a log (fact 9.1). On a healthy link plan for 2 T."
    ENDS_EARLY "W0307" "a run that ends before an objective is decided"
        why "an application that is not back by then is undecided, and a gate on it ends with 3"
        fix "simulate longer, or let the outage begin earlier"
        more "The time from the first fault to the end of the run is held against the longest RTO, or without one MTPD, of the applications with a VM on what the outage takes down; and where nobody of a plan's team is on duty when it begins, against their next shift."
    TOO_MUCH_WORK "W0308" "a run with very many steps"
        why "it takes an hour or more, and commands do not begin it unasked"
        fix "lengthen `interval`, shorten `horizon`, study fewer outages, or run it with --unlimited"
        more "A run's steps are estimated before it: cuts of all VMs at their policies' intervals, app-consistent points, pieces of churn and of throttles, in the run without outages and from each outage's first fault on. Above 10 billion, which is 10,000 VMs copied every 30 seconds for a month with 20 outages, run, plan, gate, diff, sweep, compare and baseline refuse it, and plan and compare what takes many runs already where these have more together; --unlimited lifts that, and --max-time ends what takes too long with exit code 3."
    STRIKES_NOTHING "W0309" "an outage in which nothing fails"
        why "its run is the one without outages, and every objective seems to hold in it"
        fix "put sites, hosts or links into the fault domain, or strike something else"
        more "An outage has no fault, or only faults of fault domains in which no site, host, volume, link or VMM server stands, in none within them either."
    AFTER_HORIZON "W0303" "an event after the end of the run"
        why "it will not be simulated"
        fix "lengthen `horizon`, or move the event"
        more "The run ends at start + horizon. What happens later has no effect on the result."
    THROTTLE "W0304" "a throttle leaves less than the mean demand"
        why "while it is in force the backlog grows, and the age of every recovery point with it"
        fix "raise the throttle, shorten its window, or reduce churn"
        more "Mean churn of the VMs replicated over the link, after compression, is compared with the throttle. It may catch up at night: the run shows by when."
    IMPLAUSIBLE_RATE "W0305" "a rate that is unusual for a link between sites"
        why "MB/s for Mbps makes the link look 8 times as fast as it is"
        fix "check the number and its unit, or keep it if it is meant: links are sold in bits per second"
        more "A rate between sites written in bytes per second is suspicious: providers sell bits."
    LINK_TOO_SLOW "W0306" "a link carries less than the mean demand"
        why "the backlog grows for ever: no recovery point objective can hold"
        fix "raise the rate, compress, exclude disks, or replicate less"
        more "Mean churn of the VMs replicated over the link, after compression, is compared with its rate times efficiency. Above it replication never catches up, however long it runs."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_and_every_code_is_explained() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert!(ALL.iter().all(|code| !code.remedy.is_empty() && code.explain.len() > 30));
    }

    #[test]
    fn an_unknown_code_names_its_neighbours() {
        assert_eq!(find("e0203").map(|code| code.id), Ok("E0203"));
        let meant = find("W0203x").unwrap_err();
        assert!(meant.iter().any(|code| code.id == "W0203"));
        assert!(find("E0305").is_ok() && find("").is_err() && find("ü").is_err());
    }
}
