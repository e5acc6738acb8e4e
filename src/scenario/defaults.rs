//! Every value that is assumed when a field is left out, with its source: one table, printed with each result where used.

/// A default.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Default {
    /// Kind of entry and field.
    pub field: &'static str,
    /// The value as one would write it.
    pub value: &'static str,
    /// Where it comes from, or what it means.
    pub source: &'static str,
}

macro_rules! defaults {
    ($($name:ident $field:literal = $value:literal, $source:literal;)*) => {
        $(#[doc = $field] pub static $name: Default = Default { field: $field, value: $value, source: $source };)*
        /// All defaults, by field.
        pub static ALL: &[&Default] = &[$(&$name),*];
    };
}

defaults! {
    APPLICATION_VALIDATION "application.validation" = "0s", "nobody checks before it counts as in service";
    BURST_LASTS "churn.lasts" = "10m", "length of a burst; a parameter";
    TRACE_AFTER_END "churn.after_end" = "error", "a trace must cover the run (model §3)";
    TRACE_GAP "churn.gap" = "error", "a trace must have no hole (model §3)";
    TRACE_GROWTH "churn.growth" = "100 %", "measured churn is taken as it was";
    DISK_REPLICATE "disk.replicate" = "true", "all disks take part unless excluded (fact 1.32)";
    HOST_MEMORY_RESERVE "host.memory_reserve" = "4 GB", "kept for the host; undocumented, a parameter (fact 6.26)";
    HOST_NIC "host.nic" = "unlimited", "the host's network card never binds";
    HOST_SEND_SLOTS "host.send_slots" = "3", "change logs sent at once (fact 1.13)";
    HOST_STREAM_CAP "host.stream_cap" = "unlimited", "one log may take the whole path (but see fact 1.19)";
    HOST_TCP_WINDOW "host.tcp_window" = "unlimited", "latency does not limit a stream";
    LINK_EFFICIENCY "link.efficiency" = "95 %", "payload share of a 1500-byte frame under TCP/IP";
    LINK_LATENCY "link.latency" = "0s", "delay is not counted";
    MAPPING_KEEPS_ADDRESS "network_mapping.keeps_address" = "false", "the address changes and DNS must follow (fact 6.19)";
    NETWORK_DNS_TTL "network.dns_ttl" = "20m", "Windows dynamic registration (fact 6.23)";
    NETWORK_POOL "network.pool" = "none", "no static addresses to give (fact 6.19)";
    NIC_STATIC "nic.static_address" = "false", "addresses come from DHCP";
    PEOPLE_DECISION "people.decision" = "30m", "from alarm to declaration; a parameter (fact 5.16)";
    PEOPLE_DETECTION "people.detection" = "15m", "from fault to alarm seen; a poll may take 30 min (fact 9.5)";
    PEOPLE_MANUAL_PER_VM "people.manual_per_vm" = "5m", "by hand in Hyper-V Manager, for each VM; a parameter (fact 9.9)";
    PEOPLE_MANUAL_START "people.manual_start" = "30m", "finding consoles and credentials; a parameter (fact 9.9)";
    PEOPLE_OPERATORS "people.operators" = "1", "one person works by hand";
    PLAN_FAIL_OVER "plan.fail_over" = "10s", "data step of one VM, near instant (fact 2.10)";
    PLAN_PARALLEL "plan.parallel_recoveries" = "unlimited", "all VMs of a group at once";
    PLAN_SHUTDOWN "plan.shutdown_timeout" = "none", "the plan does not wait for a dead source (fact 9.10)";
    POLICY_COMPRESSION "policy.compression" = "1", "incompressible: the worst case (fact 1.12)";
    POLICY_INTERRUPTED "policy.interrupted" = "keep", "bytes already sent are kept (model §3)";
    POLICY_OVERHEAD "policy.overhead" = "0 %", "no bytes on the wire beyond the log";
    POLICY_OVERRUN "policy.on_overrun" = "cut_when_done", "the next log waits (fact 1.7)";
    POLICY_PHASE "policy.phase" = "stable", "spread over the interval by the VM's name (model §3)";
    POLICY_RESYNC "policy.resync_threshold" = "50 %", "log past this share of the disks (fact 1.20); never, under generic";
    POLICY_RETRY "policy.retry" = "back_off", "1, 2, 4, 8, 10 min, then every 30 (fact 1.17)";
    POLICY_TECHNOLOGY "policy.technology" = "hyper-v", "Hyper-V Replica's rules";
    POLICY_WEIGHT "policy.weight" = "1", "all logs share a link equally";
    RECOVERY_JOB_LATENCY "recovery_service.job_latency" = "30s", "from click to first step; undocumented, a parameter";
    VM_BOOT "vm.boot" = "2m", "from power-on to a running system; a parameter (fact 9.6)";
    VM_CORES "vm.cores" = "2", "a parameter";
    VM_READINESS "vm.readiness" = "1m", "from running to answering; a parameter (trap T24)";
    VOLUME_APPLY_RATE "volume.apply_rate" = "unlimited", "logs are applied at once; undocumented, a parameter";
    VOLUME_SIZE "volume.size" = "unlimited", "the volume never fills";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_default_has_its_own_field_and_a_source() {
        let fields: BTreeSet<_> = ALL.iter().map(|default| default.field).collect();
        assert_eq!(fields.len(), ALL.len());
        assert!(ALL.iter().all(|default| !default.source.is_empty()));
    }
}
