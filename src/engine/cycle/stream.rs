//! Volumes that apply a log while it is received.
//!
//! From the first byte sent to the last a flow of what is to be applied shares the volume with its other applies; the
//! path's latency later what is left of it is applied as ever. Alone a log is so applied at the later of its arrival and
//! the arrival of its first byte + bytes ÷ rate. When sending breaks off, no larger share counts as applied than was
//! sent; nothing does if all is sent again, or if host or volume fails: then it is applied whole after its arrival. On
//! hosts with turns (`apply_vms`) a log waits for its turn, and so for its arrival. In the net of a volume the flow is
//! named by the VM's index + twice the number of VMs.

use crate::engine::index::small;
use crate::engine::state::Kernel;
use crate::engine::state::streams::Stream;

impl Kernel {
    /// The VM begins, or goes on, to send its oldest log.
    pub(in crate::engine) fn begin_stream(&mut self, row: usize) {
        let replica = &self.replicas[row];
        let Some(volume) = replica.volume.index().filter(|volume| self.streams.on(*volume)) else { return };
        let target = replica.target_host();
        let is_up = self.network.host_up(target as usize) && self.volumes_up[volume];
        if !is_up || self.applies.has_turns(target) {
            return;
        }
        let (net, cut) = (self.classes.net_of_volume(volume), self.logs[replica.oldest_log()].cut);
        let (need, cap) = self.terms_of_apply(row);
        let path: &[u32] = if self.nets[net].limits() { &[0] } else { &[] };
        if need == 0 || (path.is_empty() && cap.is_none()) {
            return;
        }
        let class = self.nets[net].class(path, 1, cap);
        let vm = self.order.name(row);
        let flow = self.stream_flow(vm);
        let tag = self.nets[net].start(self.now, class, flow, need);
        self.streams.running.insert(vm, Stream { net, class, tag, need, cut });
        self.touch(net);
    }

    /// The name of a VM's flow.
    fn stream_flow(&self, vm: u32) -> u32 {
        vm + 2 * small(self.replicas.len())
    }

    /// All of a log under way is applied that is to be.
    pub(in crate::engine) fn streamed(&mut self, vm: u32) {
        let stream = self.streams.running.remove(&vm).expect("a flow ends once");
        self.streams.keep(vm, stream.cut, 0);
    }

    /// Sending ends or breaks off with `unsent` micro-bytes of the log to go.
    pub(in crate::engine) fn end_stream(&mut self, row: usize, unsent: u128) {
        if self.streams.are_none() {
            return;
        }
        let (index, log) = (self.order.name(row), self.replicas[row].oldest_log());
        let (cut, whole) = (self.logs[log].cut, self.whole(row, &self.logs[log]).max(1));
        if let Some(Stream { net, class, tag, need, .. }) = self.streams.running.remove(&index) {
            let flow = self.stream_flow(index);
            let left = self.nets[net].remove(self.now, class, flow, tag, need);
            self.touch(net);
            self.streams.keep(index, cut, left);
        }
        let Some(left) = self.streams.left(index, cut).filter(|_| unsent > 0) else { return };
        let full = self.whole_apply(row);
        let to_come = full.checked_mul(unsent).map_or(full, |product| product.div_ceil(whole));
        self.streams.keep(index, cut, left.max(to_come));
    }

    /// What the VM's volume or host had applied of a log under way is lost with it.
    pub(in crate::engine) fn lose_stream(&mut self, row: usize) {
        let vm = self.order.name(row);
        if let Some(stream) = self.streams.running.remove(&vm) {
            let flow = self.stream_flow(vm);
            self.nets[stream.net].remove(self.now, stream.class, flow, stream.tag, stream.need);
            self.touch(stream.net);
        }
        self.streams.forget(vm);
    }

    /// As [`Kernel::lose_stream`], of all replicas on a host, or on a volume.
    pub(in crate::engine) fn lose_streams(&mut self, host: Option<usize>, volume: Option<usize>) {
        let rows = if self.streams.are_none() { 0 } else { self.replicas.len() };
        for row in 0..rows {
            let replica = &self.replicas[row];
            let stands_there = host.is_some() && replica.target.index() == host
                || volume.is_some() && replica.volume.index() == volume;
            if stands_there {
                self.lose_stream(row);
            }
        }
    }
}
