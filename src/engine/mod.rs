//! Replication as an event-driven kernel: cuts, send slots, fair sharing, latency, apply. Integers only.
//!
//! # The rules, so that a result can be computed by hand (`model.md` §3)
//!
//! Time is in µs, data in bytes (on the wire in micro-bytes, B/s × µs), rates are in B/s. At one instant t things happen in
//! this order, each kind by VM, and from the top again while anything is due at t:
//!
//! 1. **Completions**: all logs whose last byte is sent at t, or that arrive or are applied at t, by VM. Then every VM that
//!    has applied a log and has another starts on it; then free send slots go to waiting logs by (ready, VM), host by host;
//!    and again while that makes anything ready. So a slot given back at t goes to whoever has waited longest of all that
//!    are ready by then. Migrations whose last byte is sent come after the logs.
//! 2. Rare events from outside (repairs, faults), then **edges** of throttles and of QoS policies, then operators.
//! 3. **Retries** due at t, by VM. Slots are then granted as above.
//! 4. **Cuts**: ticks and overdue cuts, by VM; a tick comes before an overdue cut of the same VM. Slots are then granted as
//!    above.
//!
//! Before each of these, rates are solved anew where flows or capacities have changed: also between two edges of one instant
//! (they come by link and direction, then by QoS policy), but not between rare events of one instant, nor within 1, 3 or 4.
//!
//! **Tick** (start + phase + k·T, while the VM runs and is replicated; a new policy has a grid of its own): counted as an
//! expected cycle. If the log, open plus unapplied, exceeds the policy's share of the disks, or its volume has no room for
//! it (`cycle/space.rs`), resynchronisation is required: tracking goes off, logs not fully received count as open again,
//! and nothing more is cut until a copy begins. Otherwise an idle VM is cut; a busy one is cut (`queue`), becomes overdue
//! (`cut_when_done`) or does nothing (`next_tick`). Under `queue` a VM holds at most [`state::LOGS_MAX`] ÷ (number of VMs)
//! logs; with that many waiting a tick does nothing. An overdue VM is cut at the instant it falls idle. A tick succeeds if
//! the log cut at it is applied by the next tick, inclusive.
//!
//! **Log**: raw = bytes written since the last cut; unique = ⌊(raw × share(window) + carry) ÷ 10⁶⌋ with the remainder
//! carried (the share between two points of the curve is linear in the logarithm of the window, rounded towards the earlier one);
//! wire = ⌊(unique × (10⁶ + overhead) + carry) ÷ compression⌋ likewise. A log without unique bytes is applied the moment it
//! is its VM's oldest; one that has some, but none on the wire, arrives at that moment. A log that is dropped gives its raw
//! bytes back, not its remainders.
//!
//! **Sending**: a log that is its VM's oldest and unsent is *ready* if its VM has a route; otherwise an attempt has failed.
//! A ready log waits for one of its source host's slots, then is a flow of its unsent micro-bytes over the resources of its
//! path: the rate of the QoS policy that governs it (`network/qos.rs`), source card, links in their direction, target card.
//! Rates and rounding: [`net`]. The slot is free when the last byte is sent; the log arrives after the path's latency. A
//! path with neither resources nor cap takes no time. A failed attempt is repeated after 1, 2, 4, 8, 10, 30, 30 … minutes,
//! counted from the last log that got through (`BackOff`), or when a route appears (`AtRepair`). A flow whose path breaks
//! fails at once and keeps or forgets what it has sent; one whose path changes goes on with what is left, in the same slot.
//! A waiting log whose route breaks fails too. A log that arrives at a host that is down is sent again in full. If its VM
//! has stopped by then, or waits for a resynchronisation, nothing more is sent: what the log holds counts as open again.
//!
//! **Applying**: unique bytes at the volume's rate, shared equally by its applies, where host and volume have no other
//! limits (turns, outstanding requests, deduplication: `cycle/apply.rs`); while it is received where the volume does so
//! (`cycle/stream.rs`). An apply that is broken off because host or
//! volume fails starts afresh at the repair. Only when it is applied is a log a recovery point, whose age counts from its
//! cut.
//!
//! **Points** (`cycle/points.rs`): the newest, which is in the disks, and beside it one for each hour, up to the policy's
//! number. When an app-consistent point is due, the next tick cuts it, unless something else holds VSS. A copy that is
//! applied leaves no point but itself.
//!
//! **Copy** (`life/copies.rs`): a first copy or a resynchronisation is one log of its own kind in the VM's chain; while it
//! is there nothing is cut.
//! **Placeholder** (`life/placeholder.rs`): while a copy travels on media, logs flow to a replica that has no point yet; the arrival of the copy
//! makes the newest of them one.
//!
//! **Suspension** (`life/suspend.rs`): nothing is cut or sent, what was on its way keeps what it has sent, what is received
//! is applied. At the end all that has accrued is cut as soon as the VM is idle. Ticks go on looking at the size of the
//! log.
//!
//! **A VM that crashes** loses tracking of its open log: what was not fully received is dropped at once, and when it starts
//! it needs resynchronisation if its policy is Hyper-V's. **One that is shut down cleanly** is quiet: what it had written
//! is cut once, at its next tick or when asked to synchronise, and then nothing until it starts again (`life/stop.rs`).
//!
//! **A relationship** (`life/relationship.rs`) begins with both sides equal or with a copy to follow, and ends with all
//! logs dropped. Reversed, it is another relationship from the new host. VM and replica may move (`life/moves.rs`): a log
//! under way takes the new route with what is left.
//!
//! **QoS** (`network/qos.rs`): of the policies that match a flow on its host and are in force, the one of highest
//! precedence governs it: a rate is one more resource, a weight a share. **Room for logs** (`cycle/space.rs`): per volume,
//! looked at on each VM's own ticks. **Live migration** (`life/migrate.rs`): one flow of the VM's memory beside the logs,
//! without slots.
//!
//! **Notices**: what the rest of the simulation must know (resynchronisation required, a copy or synchronisation done) is
//! left in the order in which it came about, and time stands still until it is taken ([`crate::data_plane`]).

mod index;
pub mod instant;
pub mod min_tree;
pub mod order;
pub mod churn;
pub mod observer;
pub mod net;
pub mod network;
pub mod state;
pub mod kernel;
mod cycle;
mod life;
pub mod plane;
mod quiet;
pub mod account;
mod carried;
pub mod logs;
pub mod same;
