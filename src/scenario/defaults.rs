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
    ACTION_DIRECTION "action.direction" = "both", "there and back (fact 5.8)";
    ACTION_FAILS "action.fails" = "false", "it writes nothing to standard error (fact 5.9)";
    ACTION_ON "action.on" = "recovery", "run by the recovery side's VMM server (fact 5.8)";
    ACTION_ONLY "action.only" = "planned, unplanned, test", "in every kind of failover (fact 5.7)";
    APPLICATION_RPO_SHARE "application.rpo_share" = "100 %", "the RPO holds whenever the application runs and nothing fails";
    APPLICATION_VALIDATION "application.validation" = "0s", "nobody checks before it counts as in service";
    CAPACITY_CORES "capacity.cores" = "unlimited", "no quota of virtual cores (fact 6.25)";
    CAPACITY_MEMORY "capacity.memory" = "unlimited", "no quota of memory (fact 6.25)";
    CAPACITY_STORAGE "capacity.storage" = "unlimited", "no quota of storage (fact 6.25)";
    CAPACITY_VMS "capacity.vms" = "unlimited", "no quota of VMs (fact 6.25)";
    TRACE_AFTER_END "churn.after_end" = "error", "a trace must cover the run (model §3)";
    TRACE_GAP "churn.gap" = "error", "a trace must have no hole (model §3)";
    TRACE_GROWTH "churn.growth" = "100 %", "measured churn is taken as it was";
    BURST_LASTS "churn.lasts" = "10m", "length of a burst; a parameter";
    CLOUD_CAPACITY "cloud.capacity" = "unlimited", "no quota of any kind (fact 6.25)";
    CLOUD_PROFILE "cloud.hyper_v_profile" = "true", "it has the Hyper-V capability profile (fact 6.2)";
    CLOUD_LOGICAL_NETWORKS "cloud.logical_networks" = "all", "it offers every logical network (fact 6.17)";
    CLOUD_SYNCHRONIZED "cloud.synchronized" = "true", "its metadata is in the vault (S37)";
    CLUSTER_BROKER "cluster.broker" = "true", "it has a replica broker (fact 6.6)";
    CLUSTER_RESTART "cluster.restart" = "2m", "from a node's crash to power-on elsewhere; a parameter";
    CLUSTER_STATIC "cluster.static_addresses" = "false", "its nodes use DHCP (S14)";
    DISK_REPLICATE "disk.replicate" = "true", "all disks take part unless excluded (fact 1.32)";
    HOST_APPLY_DEPTH "host.apply_depth" = "unlimited", "requests over all replicated disks (fact 1.16)";
    HOST_APPLY_DISKS "host.apply_disks" = "4", "disks of one VM applied at once (fact 1.14)";
    HOST_APPLY_VMS "host.apply_vms" = "unlimited", "VMs of one primary host applied at once (fact 1.15)";
    HOST_COMPARE_RATE "host.compare_rate" = "100 MB/s", "both sides read and compared, 3 TB in 8 h 20 min; undocumented, a parameter (fact 1.31)";
    HOST_LOGICAL_NETWORKS "host.logical_networks" = "all", "it reaches every logical network (fact 6.8)";
    HOST_MEMORY_RESERVE "host.memory_reserve" = "4 GB", "kept for the host; undocumented, a parameter (fact 6.26)";
    HOST_NIC "host.nic" = "unlimited", "the host's network card never binds";
    HOST_OS "host.os" = "2012 R2", "Windows Server 2012 R2: all frequencies, 24 points (facts 1.2, 2.1)";
    HOST_RESYNC_PARALLEL "host.resync_parallel" = "unlimited", "resynchronisations at once; undocumented, a parameter";
    HOST_SEND_SLOTS "host.send_slots" = "3", "change logs sent at once (fact 1.13)";
    HOST_STREAM_CAP "host.stream_cap" = "unlimited", "one log may take the whole path (but see fact 1.19)";
    HOST_TCP_WINDOW "host.tcp_window" = "unlimited", "latency does not limit a stream";
    HOST_VCPU_PER_CORE "host.vcpu_per_core" = "unlimited", "memory admits VMs; one VM has at most the host's logical processors (fact 9.6)";
    HOST_UPDATED "host.updated" = "true", "the latest updates are installed (S13)";
    INITIAL_COURIER "initial.courier" = "1d", "the media travels a day; a parameter";
    INITIAL_EXPORT "initial.export" = "unlimited", "the export takes no time";
    INITIAL_IMPORT "initial.import" = "unlimited", "the import takes no time";
    LINK_EFFICIENCY "link.efficiency" = "95 %", "payload share of a 1500-byte frame under TCP/IP";
    LINK_LATENCY "link.latency" = "0s", "delay is not counted";
    NETWORK_DNS_REPLICATION "network.dns_replication" = "0s", "the name servers that clients ask have a changed record at once; undocumented, a parameter";
    NETWORK_DNS_TTL "network.dns_ttl" = "20m", "Windows dynamic registration (fact 6.23)";
    NETWORK_ISOLATION "network.isolation" = "none", "neither VLAN nor network virtualisation";
    NETWORK_POOL "network.pool" = "none", "no static addresses to give (fact 6.19)";
    MAPPING_KEEPS_ADDRESS "network_mapping.keeps_address" = "false", "the address changes and DNS must follow (fact 6.19)";
    NIC_STATIC "nic.static_address" = "false", "addresses come from DHCP";
    OPERATION_IN_CLOUD "operation.in_cloud" = "true", "test VMs stand in the replica's cloud (trap T10)";
    OPERATION_TEST_NETWORK "operation.network" = "none", "test VMs are not connected (S81)";
    OPERATION_ON "operation.on" = "primary", "paused on the primary's side (fact 1.42)";
    OPERATION_OUT_OF_SEQUENCE "operation.out_of_sequence" = "false", "an error that needs an operator (fact 1.18)";
    OPERATION_PLANNED "operation.planned" = "true", "shut down and synchronised first (S26)";
    OPERATION_POINT "operation.point" = "latest", "the newest point of each VM (fact 4.17)";
    OPERATION_REPLICA_TOO "operation.replica_too" = "true", "the replica's disk grows with it (fact 2.14)";
    OPERATION_STORAGE_RATE "operation.storage_rate" = "100 MB/s", "disks that move along, 360 GB in an hour; undocumented, a parameter";
    OPERATION_SYNCHRONIZE "operation.synchronize" = "false", "the source is taken for dead (fact 4.13)";
    OPERATION_TAKES "operation.takes" = "10m", "VMM is stopped for so long (S33); a parameter";
    OPERATION_TESTING "operation.testing" = "1h", "from running test VMs to Complete testing; a parameter (fact 4.31)";
    OUTAGE_ACCEPTS_EXPOSURE "outage.accepts_exposure" = "false", "copies that get older than an RPO in it are a breach";
    PEOPLE_BY_HAND_AFTER "people.by_hand_after" = "0s", "by hand as soon as consoles and credentials are found; a parameter";
    PEOPLE_DECISION "people.decision" = "30m", "from alarm to declaration; a parameter (fact 5.16)";
    PEOPLE_DETECTION "people.detection" = "15m", "from fault to alarm seen; a poll may take 30 min (fact 9.5)";
    PEOPLE_MANUAL_PER_VM "people.manual_per_vm" = "5m", "by hand in Hyper-V Manager, for each VM; a parameter (fact 9.9)";
    PEOPLE_MANUAL_START "people.manual_start" = "30m", "finding consoles and credentials; a parameter (fact 9.9)";
    PEOPLE_OPERATORS "people.operators" = "1", "one person works by hand";
    PLAN_ENDS_DRILLS "plan.ends_drills" = "true", "a real failover ends test failovers that are in its way; a parameter";
    PLAN_FAIL_OVER "plan.fail_over" = "10s", "data step of one VM, near instant (fact 2.10)";
    PLAN_PARALLEL "plan.parallel_recoveries" = "unlimited", "all VMs of a group at once";
    PLAN_POINT "plan.point" = "latest", "the newest point of each VM (fact 4.17)";
    PLAN_SHUTDOWN_ORDER "plan.shutdown" = "parallel", "all VMs at once (fact 5.6)";
    PLAN_SHUTDOWN "plan.shutdown_timeout" = "none", "the plan does not wait for a dead source (fact 9.10)";
    PLAN_SYNCHRONIZE "plan.synchronize" = "false", "an unplanned failover takes what has arrived (fact 4.13)";
    POLICY_APP_CONSISTENT "policy.app_consistent" = "none", "no app-consistent points (fact 2.4)";
    POLICY_AUTHENTICATION "policy.authentication" = "certificate", "over HTTPS (fact 1.11)";
    POLICY_COMPRESSION "policy.compression" = "1", "incompressible: the worst case (fact 1.12)";
    POLICY_DELETE_REPLICA "policy.delete_replica" = "false", "disabling protection keeps the replica (S53)";
    POLICY_FREEZE "policy.freeze" = "0s", "an app-consistent snapshot slows nobody; undocumented, a parameter (fact 2.5)";
    POLICY_INTERRUPTED "policy.interrupted" = "keep", "bytes already sent are kept (model §3)";
    POLICY_OVERRUN "policy.on_overrun" = "cut_when_done", "the next log waits (fact 1.7)";
    POLICY_OS "policy.os" = "any", "for hosts of any version (but see fact 6.4)";
    POLICY_OVERHEAD "policy.overhead" = "0 %", "no bytes on the wire beyond the log";
    POLICY_PHASE "policy.phase" = "stable", "spread over the interval by the VM's name (model §3)";
    POLICY_PORT "policy.port" = "8084", "the port for certificates; 8083 with Kerberos (fact 1.10)";
    POLICY_POINTS "policy.recovery_points" = "0", "only the latest point (fact 2.1)";
    POLICY_RESYNC_START "policy.resync" = "18:30 to 06:00", "outside office hours, as the console proposes (fact 1.27, trap T5)";
    POLICY_RESYNC "policy.resync_threshold" = "50 %", "log past this share of the disks (fact 1.20); never, under generic";
    POLICY_RETRY "policy.retry" = "back_off", "1, 2, 4, 8, 10 min, then every 30 (fact 1.17)";
    POLICY_TECHNOLOGY "policy.technology" = "hyper-v", "Hyper-V Replica's rules";
    POLICY_WEIGHT "policy.weight" = "1", "all logs share a link equally";
    PROTECTION_ENABLED "protection.enabled" = "before the run", "the relationship exists when the run starts";
    PROTECTION_INITIAL "protection.initial" = "done", "the first copy is complete; what is enabled within the run is copied over the network (fact 3.1)";
    PROTECTION_ORCHESTRATED "protection.orchestrated" = "true", "by Site Recovery (S24)";
    PROVIDER_KEY_AGE "provider.key_age" = "none", "registered long ago (S30)";
    PROVIDER_PROXY "provider.proxy" = "none", "it reaches the service directly (S34)";
    PROVIDER_REGISTERED "provider.registered" = "true", "its server is in the vault (S38)";
    QOS_PRECEDENCE "qos.precedence" = "127", "as the product's default (fact 8.3)";
    QOS_WINDOWS "qos.windows" = "always", "in force all the time (fact 8.6)";
    RECOVERY_JOB_LATENCY "recovery_service.job_latency" = "30s", "from click to first step; undocumented, a parameter";
    VM_BOOT "vm.boot" = "2m", "from power-on to a running system; a parameter (fact 9.6)";
    VM_CORES "vm.cores" = "2", "a parameter";
    VM_GENERATION "vm.generation" = "2", "of the virtual hardware";
    VM_HIGHLY_AVAILABLE "vm.highly_available" = "true", "a resource of its host's cluster, if there is one (fact 6.6)";
    VM_INTEGRATION "vm.integration_services" = "true", "with VSS (fact 2.6)";
    VM_READINESS "vm.readiness" = "1m", "from running to answering; a parameter (trap T24)";
    VM_SHARED_DISK "vm.shared_disk" = "false", "no disk is shared with another VM (fact 6.5)";
    VM_SHUTDOWN "vm.shutdown" = "1m", "from a shutdown request to off; a parameter";
    VMM_RUNS_ON "vmm_server.runs_on" = "machine", "a machine of its own at its site";
    VMM_SQL "vmm_server.sql" = "local", "its database runs with it (S20)";
    VMM_VERSION "vmm_server.version" = "2012 R2", "at least 2012 SP1 is needed (S12)";
    VOLUME_APPLY "volume.apply" = "whole", "a log or copy is received whole, then applied; undocumented, a parameter";
    VOLUME_APPLY_RATE "volume.apply_rate" = "unlimited", "logs are applied at once; undocumented, a parameter";
    VOLUME_REQUEST_RATE "volume.apply_request_rate" = "unlimited", "the limit of fact 1.16 does not bind";
    VOLUME_CLUSTER "volume.cluster" = "false", "its host's own";
    VOLUME_DEDUP "volume.dedup_slowdown" = "none", "it is not deduplicated (fact 2.16)";
    VOLUME_IOPS "volume.iops" = "unlimited", "I/O operations never bind";
    VOLUME_READ_RATE "volume.read_rate" = "unlimited", "reading never limits a comparison (fact 1.31)";
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
