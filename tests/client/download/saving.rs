//! Names that are taken, folders that are not there, disks that are full.

use std::io::ErrorKind;

use vidspec::{DownloadError, Target};

use super::{Shelf, acme, fetch, fetch_with, options, site_with, video, whole};
use crate::support::{STYLES, acme_of, answer};

#[tokio::test]
async fn nothing_is_overwritten_unless_asked_for() {
    let (server, shelf) = (site_with(whole()), Shelf::new());
    let path = shelf.path().join("mine.mp4");
    std::fs::write(&path, "precious").unwrap();
    let error = fetch(&acme(), &server, Target::File(&path)).await.unwrap_err();
    assert!(matches!(&error, DownloadError::Exists(taken) if *taken == path), "{error}");
    assert_eq!((shelf.names(), shelf.read("mine.mp4")), (vec!["mine.mp4".to_owned()], b"precious".to_vec()));
    assert_eq!(server.lines().len(), 1, "the file was asked for in vain");

    let done = fetch_with(&acme(), &server, Target::File(&path), options().force(true), |_| {}).await.unwrap();
    assert_eq!((shelf.names(), shelf.read("mine.mp4")), (vec!["mine.mp4".to_owned()], video()));
    assert_eq!(done.path, Some(path));
}

#[tokio::test]
async fn a_name_that_only_the_content_tells_is_not_overwritten_either() {
    let (server, shelf) = (site_with(whole()), Shelf::new());
    std::fs::write(shelf.path().join("acme-1.mp4"), "precious").unwrap();
    let error = fetch(&acme(), &server, shelf.target()).await.unwrap_err();
    assert!(matches!(error, DownloadError::Exists(_)), "{error}");
    assert_eq!((shelf.names(), shelf.read("acme-1.mp4")), (vec!["acme-1.mp4".to_owned()], b"precious".to_vec()));

    let (stated, server) = (acme_of(STYLES[0].0, "{ video: { url: $.url, media_type: video/mp4 } }", ""), site_with(whole()));
    assert!(matches!(fetch(&stated, &server, shelf.target()).await, Err(DownloadError::Exists(_))));
    assert_eq!(server.lines().len(), 1, "the name was known before");
}

#[tokio::test]
async fn an_old_file_stays_until_the_new_one_is_whole() {
    let (server, shelf) = (site_with(answer(200, &[], "<html>")), Shelf::new());
    let path = shelf.path().join("mine.mp4");
    std::fs::write(&path, "precious").unwrap();
    assert!(fetch_with(&acme(), &server, Target::File(&path), options().force(true), |_| {}).await.is_err());
    assert_eq!((shelf.names(), shelf.read("mine.mp4")), (vec!["mine.mp4".to_owned()], b"precious".to_vec()));
}

#[tokio::test]
async fn what_is_no_file_is_never_replaced() {
    let (server, shelf) = (site_with(whole()), Shelf::new());
    std::fs::create_dir(shelf.path().join("folder.mp4")).unwrap();
    for target in [Target::File(&shelf.path().join("folder.mp4")), Target::File("/".as_ref()), Target::File("..".as_ref())] {
        let error = fetch_with(&acme(), &server, target, options().force(true), |_| {}).await.unwrap_err();
        assert!(matches!(error, DownloadError::Io { .. }), "{error}");
    }
    assert_eq!(shelf.names(), ["folder.mp4"]);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_named() {
    let (server, shelf) = (site_with(whole()), Shelf::new());
    std::fs::write(shelf.path().join("a-file"), "").unwrap();
    for folder in ["missing", "a-file"] {
        let path = shelf.path().join(folder).join("v.mp4");
        let error = fetch(&acme(), &server, Target::File(&path)).await.unwrap_err();
        let DownloadError::Io { what, source } = &error else { panic!("{error}") };
        assert!(what.contains(folder), "{error}");
        assert!(matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory), "{error}");
    }
    assert_eq!(shelf.names(), ["a-file"]);
}

/// The kernel's own folder takes no files, not even from the superuser.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_takes_no_files_is_named() {
    let server = site_with(whole());
    let error = fetch(&acme(), &server, Target::File("/proc/v.mp4".as_ref())).await.unwrap_err();
    assert!(matches!(&error, DownloadError::Io { what, .. } if what == "/proc/.v.mp4.part"), "{error}");
    assert_eq!(server.lines().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_place_of_the_part_is_not_followed() {
    let (server, shelf) = (site_with(whole()), Shelf::new());
    let precious = shelf.path().join("precious");
    std::fs::write(&precious, "precious").unwrap();
    std::os::unix::fs::symlink(&precious, shelf.path().join(".v.mp4.part")).unwrap();
    let error = fetch(&acme(), &server, Target::File(&shelf.path().join("v.mp4"))).await.unwrap_err();
    assert!(error.to_string().contains("it is a link to another file"), "{error}");
    assert_eq!(shelf.read("precious"), b"precious");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told() {
    let mut full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = fetch(&acme(), &site_with(whole()), Target::Writer(&mut full)).await.unwrap_err();
    let DownloadError::Io { what, source } = &error else { panic!("{error}") };
    assert_eq!((what.as_str(), source.kind()), ("the output", ErrorKind::StorageFull));
}
