//! The tabs of RVTools that are read, and what their columns are called.

use super::super::super::field::{Field, Form};

/// The tabs. A table with few columns that is not named may be another tab, so it takes more to tell it.
pub const FORMS: &[Form] = &[
    Form { tells: (4, &[]), ..Form::needed("vInfo", INFO, 1) },
    Form { first_is_any: true, tells: (3, DISK_MARKS), ..Form::needed("vDisk", DISK, 3) },
    Form { first_is_any: true, ..Form::optional("vPartition", PARTITION, 2) },
    Form::optional("vHost", HOST, 3),
    Form { tells: (2, &["capacity mb", "# hosts", "type"]), ..Form::optional("vDatastore", DATASTORE, 2) },
    Form { first_is_any: true, tells: (2, &["sockets", "cores p/s"]), ..Form::optional("vCPU", CPU, 2) },
    Form { first_is_any: true, ..Form::optional("vMemory", MEMORY, 2) },
];

/// Where every tab has the management server, and its id: last, in this order.
pub fn server(tab: &'static str) -> [usize; 2] {
    let form = FORMS.iter().find(|form| form.name == tab).expect("tables are of a form");
    [form.columns.len() - 2, form.columns.len() - 1]
}

/// Places of columns that several tabs have: the machine's name first, then the value, its id later.
pub const NAME: usize = 0;

/// Headers are those of the program's window, then those of its export on the command line.
const INFO: &[Field] = &[
    Field::text(&["vm", "vinfovmname"]),
    Field::text(&["powerstate", "vinfopowerstate"]),
    Field::count(&["cpus", "# cpus", "num cpu", "vinfocpus"]),
    Field::mib(&["memory", "memory mb", "memory size mb", "vinfomemory", "vinfomemorymb"]),
    Field::text(&["template", "vinfotemplate"]),
    Field::text(&["srm placeholder", "vinfosrmplaceholder"]),
    Field::mib(&["in use mb", "vinfoinuse", "vinfoinusemb"]),
    Field::text(&["cluster", "vinfocluster"]),
    Field::text(&["host", "vinfohost"]),
    Field::text(&["path", "vinfopath"]),
    Field::text(&["vm id", "vinfovmid"]),
    Field::text(&["firmware", "vinfofirmware"]),
    Field::mib(&[
        "total disk capacity mb",
        "vinfototaldiskcapacitymb",
        "vinfototaldiskcapacity",
        "provisioned mb",
        "vinfoprovisionedmb",
        "vinfoprovisioned",
    ]),
    Field::text(&["vi sdk server", "vinfovisdkserver"]),
    Field::text(&["vi sdk uuid", "vinfovisdkuuid"]),
];
pub const POWER: usize = 1;
pub const CPUS: usize = 2;
pub const RAM: usize = 3;
pub const TEMPLATE: usize = 4;
pub const PLACEHOLDER: usize = 5;
pub const IN_USE: usize = 6;
pub const CLUSTER: usize = 7;
pub const ON_HOST: usize = 8;
pub const PATH: usize = 9;
pub const ID: usize = 10;
pub const FIRMWARE: usize = 11;
pub const TOTAL: usize = 12;

const DISK: &[Field] = &[
    Field::text(&["vm", "vdiskvmname"]),
    Field::text(&["disk", "disk name", "vdiskdisk"]),
    Field::mib(&["capacity mb", "vdiskcapacitymb", "vdiskcapacity"]),
    Field::text(&["raw", "vdiskraw"]),
    Field::text(&["path", "disk path", "vdiskpath", "vdiskdiskpath"]),
    Field::text(&["vm id", "vdiskvmid"]),
    Field::text(&["disk key", "vdiskdiskkey", "vdiskkey"]),
    Field::text(&["sharing mode", "shared bus", "vdisksharingmode", "vdisksharedbus"]),
    Field::text(&["vi sdk server", "vdiskvisdkserver"]),
    Field::text(&["vi sdk uuid", "vdiskvisdkuuid"]),
];
const DISK_MARKS: &[&str] = &[
    "disk mode",
    "mode",
    "raw",
    "thin",
    "path",
    "disk path",
    "disk uuid",
    "controller",
    "label",
    "unit #",
    "scsi unit #",
    "eagerly scrub",
    "write through",
    "split",
    "sharing mode",
    "shared bus",
    "vdiskdisk",
];
pub const D_NAME: usize = 1;
pub const D_SIZE: usize = 2;
pub const D_RAW: usize = 3;
pub const D_PATH: usize = 4;
pub const D_ID: usize = 5;
pub const D_KEY: usize = 6;
pub const D_SHARED: usize = 7;

const PARTITION: &[Field] = &[
    Field::text(&["vm", "vpartitionvmname"]),
    Field::mib(&["consumed mb", "vpartitionconsumedmb", "vpartitionconsumed"]),
    Field::text(&["vm id", "vpartitionvmid"]),
    Field::text(&["disk key", "vpartitiondiskkey"]),
    Field::text(&["vi sdk server", "vpartitionvisdkserver"]),
    Field::text(&["vi sdk uuid", "vpartitionvisdkuuid"]),
];
pub const P_USED: usize = 1;
pub const P_ID: usize = 2;
pub const P_KEY: usize = 3;

const HOST: &[Field] = &[
    Field::text(&["host", "vhostname"]),
    Field::count(&["# cores", "vhostnumcpucores"]),
    Field::mib(&["# memory", "# memory mb", "vhostmemorysize", "vhostmemory", "vhostmemorysizemb"]),
    Field::text(&["cluster", "vhostcluster"]),
    Field::text(&["vi sdk server", "vhostvisdkserver"]),
    Field::text(&["vi sdk uuid", "vhostvisdkuuid"]),
];
const DATASTORE: &[Field] = &[
    Field::text(&["name", "vdatastorename"]),
    Field::mib(&["free mb", "vdatastorefreemb", "vdatastorefreespacemb", "vdatastorefreespace"]),
    Field::text(&["vi sdk server", "vdatastorevisdkserver"]),
    Field::text(&["vi sdk uuid", "vdatastorevisdkuuid"]),
];
const CPU: &[Field] = &[
    Field::text(&["vm", "vcpuvmname"]),
    Field::count(&["cpus", "vcpucpus"]),
    Field::text(&["vm id", "vcpuvmid"]),
    Field::text(&["vi sdk server", "vcpuvisdkserver"]),
    Field::text(&["vi sdk uuid", "vcpuvisdkuuid"]),
];
const MEMORY: &[Field] = &[
    Field::text(&["vm", "vmemoryvmname"]),
    Field::mib(&["size mb", "vmemorysizemb", "vmemorysize"]),
    Field::text(&["vm id", "vmemoryvmid"]),
    Field::text(&["vi sdk server", "vmemoryvisdkserver"]),
    Field::text(&["vi sdk uuid", "vmemoryvisdkuuid"]),
];
