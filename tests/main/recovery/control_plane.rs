//! Who orchestrates, and what happens without: VMM servers on nodes, in VMs and with a database of their own; providers; the table of
//! what each job needs. Losing any of it never touches replication (facts 6.11, 6.12, T19, T30).

use drsim::control_plane::Runs;
use drsim::data_plane::{Notice, Trigger};
use drsim::facts::{Fact, JobKind, JobOutcome, Missing, PlanSeen, Refusal, Seen};
use drsim::ids::Id;
use drsim::operations::Act;
use drsim::outage::{Component, Estate, Target, components};
use drsim::protection::{Initial, Resync, State};
use drsim::scenario::Scenario;
use drsim::sim::{NEEDS, Needs};
use drsim::workload::Vm;

use crate::fleet::{down, host, plan, push, s, vm};
use crate::scripted::{Scripted, begins, estate, jobs, operation, play, relationship, states};

/// A VM without replica, on a host of either site.
fn native(scenario: &mut Scenario, name: &str, host: usize) -> Id<Vm> {
    let id = vm(scenario, name, host);
    let row = &mut scenario.vms[id];
    row.protection = None;
    row.nics.clear();
    row.disks[0].volume = Id::new(host);
    id
}

/// What the only plan lacked at its declaration.
fn lacked(facts: &[Fact]) -> Vec<Missing> {
    let declared = facts.iter().find_map(|fact| {
        let Seen::Plan(_, PlanSeen::Declared(missing)) = &fact.seen else { return None };
        Some(missing.clone())
    });
    declared.expect("the plan is declared")
}

fn needs(kind: JobKind) -> Needs {
    NEEDS.iter().find(|(own, _)| *own == kind).unwrap().1
}

#[test]
fn every_kind_of_job_has_one_row_and_the_documented_needs() {
    use JobKind::*;
    let kinds = [
        EnableProtection,
        FinalizeProtection,
        DisableProtection,
        InitialReplication,
        Pause,
        Resume,
        Resynchronize,
        Migrate,
        Configure,
        PlannedFailover,
        UnplannedFailover,
        TestFailover,
        Commit,
        ChangePoint,
        CancelFailover,
        ReverseReplicate,
        Failback,
    ];
    assert_eq!(NEEDS.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), kinds);
    // Fact 6.12: an unplanned failover needs the recovery side only.
    let unplanned = needs(UnplannedFailover);
    assert!(unplanned.service && unplanned.target_vmm && !unplanned.source_vmm && !unplanned.source_host);
    // T19: planned ones need both, and a source that can receive (fact 4.1); 4.9: no test.
    for kind in [PlannedFailover, Failback] {
        let needs = needs(kind);
        assert!(needs.service && needs.source_vmm && needs.target_vmm, "{kind:?}");
        assert!(needs.source_host && needs.target_host && needs.copied && needs.untested, "{kind:?}");
    }
    // What hosts do by themselves.
    for kind in [InitialReplication, Pause, Resume, Resynchronize, Migrate, Configure] {
        let needs = needs(kind);
        assert!(!needs.service && !needs.source_vmm && !needs.target_vmm, "{kind:?}");
    }
}

#[test]
fn a_clustered_vmm_works_while_one_of_its_nodes_does() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    plan(&mut scenario, &[&[web]]);
    let spare = scenario.topology.hosts[Id::new(2)].clone();
    let nodes = [0, 1].map(|_| push(&mut scenario.topology.hosts, spare.clone()));
    scenario.control_plane.vmms[Id::new(1)].deployment.runs = Runs::Nodes(nodes.to_vec());
    let with = |gone: &[Id<_>]| {
        let nodes = gone.iter().map(|node| down(Component::Host(*node), 100, None));
        let strikes = [down(host(0), 0, None)].into_iter().chain(nodes).collect();
        lacked(&play(&scenario, strikes, Scripted::default()).1)
    };
    assert_eq!(with(&nodes[..1]), []);
    assert_eq!(with(&nodes), [Missing::Vmm(Id::new(1))]);
}

#[test]
fn a_vmm_in_a_vm_works_where_that_vm_is_in_service_and_its_database_too() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    plan(&mut scenario, &[&[web]]);
    let (vmm, sql) = (native(&mut scenario, "vmm", 1), native(&mut scenario, "sql", 2));
    let deployment = &mut scenario.control_plane.vmms[Id::new(1)].deployment;
    deployment.runs = Runs::Vm(vmm);
    deployment.sql = Some(sql);
    scenario.vms[web].protection.as_mut().unwrap().replica_volume = Id::new(2);
    let with = |component: Option<Component>, lasts| {
        let more = component.map(|it| down(it, 0, lasts));
        let strikes = [down(host(0), 0, None)].into_iter().chain(more).collect();
        lacked(&play(&scenario, strikes, Scripted::default()).1)
    };
    let missing = vec![Missing::Vmm(Id::new(1))];
    assert_eq!(with(None, None), []);
    assert_eq!(with(Some(host(1)), None), missing);
    assert_eq!(with(Some(host(2)), None), missing);
    // The declaration is 420 s after the fault; a VM is in service 180 s after its host's repair.
    assert_eq!(with(Some(host(1)), Some(240)), []);
    assert_eq!(with(Some(host(1)), Some(241)), missing);
}

#[test]
fn a_site_takes_its_vmm_machines_but_a_vmm_in_a_vm_only_with_the_vm() {
    let mut scenario = estate(Resync::Manual);
    let hit = |scenario: &Scenario| {
        let estate = Estate { topology: &scenario.topology, control_plane: &scenario.control_plane };
        components(Target::Site(Id::new(1)), estate)
    };
    let server = Component::Vmm(Id::new(1));
    assert!(hit(&scenario).contains(&server));
    let vmm = native(&mut scenario, "vmm", 0);
    scenario.control_plane.vmms[Id::new(1)].deployment.runs = Runs::Vm(vmm);
    assert!(!hit(&scenario).contains(&server));
}

#[test]
fn while_a_provider_is_installed_its_vmm_does_not_orchestrate() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    begins(&mut scenario, web, Initial::Network { at: None }, Some(100));
    operation(&mut scenario, 100, Act::InstallProvider { vmm: Id::new(0), takes: s(600) });
    operation(&mut scenario, 200, Act::Enable { vms: vec![web] });
    operation(&mut scenario, 700, Act::Enable { vms: vec![web] });
    let (_, facts) = play(&scenario, vec![], Scripted::default());
    let stopped = JobOutcome::Failed(Refusal::ControlPlane(Missing::Vmm(Id::new(0))));
    assert_eq!(
        jobs(&facts)[..3],
        [
            (100, JobKind::Configure, 700, JobOutcome::Succeeded),
            (200, JobKind::EnableProtection, 200, stopped),
            (700, JobKind::EnableProtection, 730, JobOutcome::Succeeded)
        ]
    );
}

#[test]
fn a_first_copy_that_ends_during_an_installation_is_finalized_after_it() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    begins(&mut scenario, web, Initial::Network { at: None }, None);
    operation(&mut scenario, 900, Act::InstallProvider { vmm: Id::new(1), takes: s(600) });
    let (_, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(states(&facts, web)[1], (1000, State::Replicating));
    assert_eq!(jobs(&facts)[1], (1500, JobKind::FinalizeProtection, 1530, JobOutcome::Succeeded));
}

#[test]
fn a_plain_relationship_needs_no_control_plane() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    begins(&mut scenario, web, Initial::Network { at: None }, Some(100));
    relationship(&mut scenario, web).orchestrated = false;
    operation(&mut scenario, 2000, Act::Enable { vms: vec![web] });
    let gone = [Component::RecoveryService, Component::Vmm(Id::new(0)), Component::Vmm(Id::new(1))];
    let strikes = gone.into_iter().map(|it| down(it, 0, None)).collect();
    let (_, facts) = play(&scenario, strikes, Scripted::default());
    assert_eq!(jobs(&facts), [(2000, JobKind::EnableProtection, 2000, JobOutcome::Succeeded)]);
    assert_eq!(states(&facts, web)[2], (3000, State::Replicating));
}

#[test]
fn without_any_control_plane_replication_goes_on_and_hosts_resynchronize() {
    let mut scenario = estate(Resync::Immediate);
    let web = vm(&mut scenario, "web", 0);
    operation(&mut scenario, 5000, Act::Pause { vms: vec![web], on_replica: false });
    operation(&mut scenario, 6000, Act::Resume { vms: vec![web] });
    let gone = [Component::RecoveryService, Component::Vmm(Id::new(0)), Component::Vmm(Id::new(1))];
    let strikes = gone.into_iter().map(|it| down(it, 0, None)).collect();
    let data = Scripted::default().tells(2000, Notice::ResyncRequired(web, Trigger::LogTooLarge));
    let (data, facts) = play(&scenario, strikes, data);
    assert_eq!(
        states(&facts, web),
        [
            (2000, State::WaitingForStartResynchronize),
            (2000, State::Resynchronizing),
            (3000, State::Replicating),
            (5000, State::Suspended),
            (6000, State::Replicating)
        ]
    );
    assert!(data.called_of(&["stop_vm", "set_host", "set_link"]).is_empty());
}
